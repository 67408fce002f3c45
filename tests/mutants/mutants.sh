#!/usr/bin/env bash
# Faults put into kernels/cuda on purpose, one a patch, each of which must be caught by the check that its patch names; the
# unpatched kernels must pass the same checks.
#   mutants.sh FOLDER CXX FLAGS NVCC NVCC_FLAGS [NAME...]     all, or those named
# A patch begins with lines:   what: the fault   compile: the .cu to compile   check: how   says: what the check must say
#   check: bits TEST ORDER    the bit test tests/kernels/TEST on tests/cuda_shim, threads in that order
#   check: address TEST       the same with the kernels under the address sanitizer; thread TEST: the thread sanitizer
#   check: gate               tests/cuda_gate on the PTX; skipped, and said, without nvcc (a failure with FTBENCH_REQUIRE_NVCC=1)
# FOLDER has lists of object files that CMake writes; they must have been built. A patch that does not apply is a failure.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
source=$(cd "$here/../.." && pwd)
folder=$1 cxx=$2 nvcc=$4 nvcc_flags=$5
read -ra flags <<< "$3"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

fail() { echo "FAILED: mutant $name: $*" >&2; exit 1; }

header() { sed -n "s/^$1: //p" "$patch" | head -n 1; }

# Compiler and linker flags of a kind of check, and the name that tests/cuda_shim gives it.
choose_kind() {
  case $1 in
    bits) kind=shim sanitize=() ;;
    address) kind=shim_address sanitize=(-fsanitize=address -fsanitize=undefined -fno-sanitize-recover=undefined) ;;
    thread) kind=shim_thread sanitize=(-fsanitize=thread) ;;
    *) fail "there is no check '$1'" ;;
  esac
}

# The bit test, linked with the objects of the shim's kernels, but for those given in the place of a source's.
link_test() { # test, program, source or "", object
  local objects=() skipped
  skipped=/$(basename "${3:-none}").o
  mapfile -t objects < <(cat "$folder/$1.objects" "$folder/$kind.objects" | grep -vF "$skipped")
  if [ -n "${4:-}" ]; then objects+=("$4"); fi
  mapfile -t -O ${#objects[@]} objects < "$folder/libraries"
  "$cxx" "${sanitize[@]}" -rdynamic "${objects[@]}" -o "$2" -lcmocka -lxxhash -ljson-c -lpthread -ldl -lrt -lm > "$2.log" 2>&1 ||
    { tail -n 5 "$2.log" >&2; fail "$1 cannot be linked; are the tests built?"; }
}

run_test() { # program, order
  FTBENCH_TESTS_TABLE=cuda FTBENCH_SHIM_ORDER=${2:-forward} ASAN_OPTIONS=detect_leaks=0 TSAN_OPTIONS=halt_on_error=1 \
    timeout 300 "$1" > "$1.out" 2>&1
}

run_gate() { # root of the tree, source
  FTBENCH_GATE_ROOT=$1 FTBENCH_GATE_SOURCES=$2 FTBENCH_GATE_ARCHITECTURES=80 \
    "$source/tests/cuda_gate/gate.sh" "$scratch/gate" "$nvcc" "$nvcc_flags" check > "$scratch/gate.out" 2>&1
}

# One mutant: applied to a copy of the kernels, compiled, and caught by its check for its reason.
mutant() {
  local check compiled says result=0 output order test
  patch=$here/$name.patch
  [ -r "$patch" ] || fail "there is no such patch"
  check=$(header check) compiled=$(header compile) says=$(header says)
  cp -r "$source/kernels" "$source/base" "$scratch/"
  patch -d "$scratch" -p1 --fuzz=0 --quiet --force < "$patch" > "$scratch/patch.log" 2>&1 ||
    fail "its patch does not apply to the kernels as they are; write it anew: $(tail -n 1 "$scratch/patch.log")"
  read -r check test order <<< "$check"
  if [ "$check" = gate ]; then
    if [ -z "$nvcc" ]; then
      [ "${FTBENCH_REQUIRE_NVCC:-0}" != 1 ] || fail "FTBENCH_REQUIRE_NVCC is set, and there is no nvcc"
      echo "skipped: mutant $name: no nvcc"
      return
    fi
    run_gate "$scratch" "$compiled" || result=$?
    output=$scratch/gate.out
  else
    choose_kind "$check"
    "$cxx" "${flags[@]}" "${sanitize[@]}" -O1 -g -DFTBENCH_CUDA -I "$scratch" -I "$source" -I "$source/tests/cuda_shim/include" -x c++ \
      -c "$scratch/$compiled" -o "$scratch/mutant.o" > "$scratch/compile.log" 2>&1 ||
      { tail -n 5 "$scratch/compile.log" >&2; fail "$compiled does not compile"; }
    link_test "$test" "$scratch/program" "$compiled" "$scratch/mutant.o"
    run_test "$scratch/program" "$order" 2> /dev/null || result=$? # of bash's own words about what aborts
    output=$scratch/program.out
  fi
  [ $result != 0 ] || fail "$(header what), and $check ${test:-} ${order:-} lets it pass"
  grep -Eq "$says" "$output" || { tail -n 15 "$output" >&2; fail "$check ${test:-} fails without saying '$says'"; }
  echo "caught: $name by $check${test:+ $test}${order:+ $order}: $(header what)"
}

# The checks of the given patches with the kernels as they are.
unpatched() {
  local check test order program
  while read -r check test order; do
    name="none ($check $test $order)"
    choose_kind "$check"
    program=$scratch/$kind.$test
    [ -x "$program" ] || link_test "$test" "$program"
    run_test "$program" "$order" || { tail -n 15 "$program.out" >&2; fail "the kernels do not pass unpatched"; }
    echo "passes unpatched: $check $test${order:+ $order}"
  done < <(for name in "$@"; do patch=$here/$name.patch; header check; done | grep -v '^gate' | sort -u)
}

names=("${@:6}")
case ${names[0]:-} in
  one) name=${names[1]}; mutant ;;
  unpatched) unpatched "${names[@]:1}" ;;
  *)
    if [ ${#names[@]} = 0 ]; then for patch in "$here"/*.patch; do names+=("$(basename "$patch" .patch)"); done; fi
    [ ${#names[@]} -gt 0 ] || { echo "FAILED: there are no mutants" >&2; exit 1; }
    {
      printf 'one %s\n' "${names[@]}"
      echo "unpatched ${names[*]}"
    } | xargs -P "$(nproc)" -L 1 "$0" "${@:1:5}"
    ;;
esac
