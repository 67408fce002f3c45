#!/usr/bin/env bash
# What nvcc really makes of the kernels (docs/cuda.md, "The gate"). Those of the fast table too: what is fast there is cuBLAS, and a
# kernel beside it is as strict as any.
#   gate.sh FOLDER NVCC FLAGS check    the PTX of every kernel holds to the strict contract; no registers are spilled
#   gate.sh FOLDER NVCC FLAGS self     the gate refuses each line of forbidden.cu that it must, and no other
#   gate.sh FOLDER NVCC FLAGS table    docs/cuda_kernels.md is what this nvcc says
#   gate.sh FOLDER NVCC FLAGS write    writes docs/cuda_kernels.md
# FOLDER keeps what was compiled until a source, flag or nvcc changes. NVCC empty: skipped (77), or a failure with
# FTBENCH_REQUIRE_NVCC=1. FTBENCH_GATE_ARCHITECTURES names other virtual architectures than those below,
# FTBENCH_GATE_SOURCES fewer sources and FTBENCH_GATE_ROOT another tree (tests/mutants).
set -euo pipefail
[ $# -ge 4 ] || { sed -n '2,/^set/{/^set/!s/^# \{0,1\}//p}' "$0" >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
root=${FTBENCH_GATE_ROOT:-$(cd "$here/../.." && pwd)}
nvcc=$2 flag_text=$3 action=$4
# What ships (75 for every GPU, 80 and 90) and the newest.
architectures=${FTBENCH_GATE_ARCHITECTURES:-75 80 90 120}

fail() { echo "gate: $*" >&2; exit 1; }

if [ -z "$nvcc" ] || ! command -v "$nvcc" > /dev/null; then
  [ "${FTBENCH_REQUIRE_NVCC:-0}" != 1 ] || fail "FTBENCH_REQUIRE_NVCC is set, and there is no nvcc"
  echo "skipped: no nvcc, so what it makes of the kernels is not looked at"
  exit 77
fi
mkdir -p "$1"
folder=$(cd "$1" && pwd)
read -ra flags <<< "$3"
flags+=(-std=c++17 -O3 -lineinfo -Werror=all-warnings -I "$root")

version() { "$nvcc" --version | sed -n 's/.*, V\([0-9.]*\).*/\1/p'; }

sources() {
  # shellcheck disable=SC2086
  (cd "$root" && ls ${FTBENCH_GATE_SOURCES:-kernels/cuda/*.cu})
}

# PTX of a source for an architecture, and what ptxas says of its kernels there.
compile_one() { # source, architecture
  local out
  out=$folder/$(basename "$1" .cu).$2
  (cd "$root" && "$nvcc" "${flags[@]}" -arch="compute_$2" -ptx "$1" -o "$out.ptx") > "$out.log" 2>&1 ||
    { cat "$out.log" >&2; fail "$1 does not compile for compute_$2"; }
  "$nvcc" -arch="sm_$2" -cubin -Xptxas -v "$out.ptx" -o "$out.cubin" > "$out.txt" 2>&1 ||
    { cat "$out.txt" >&2; fail "ptxas refuses $1 for sm_$2"; }
  rm -f "$out.cubin"
}

# Compiles everything, unless nothing changed since the last time.
compile_all() {
  local stamp source architecture
  stamp=$(cd "$root" && { version; echo "$architectures ${flags[*]} ${FTBENCH_GATE_SOURCES:-}"; sha256sum kernels/*.h kernels/c*/*.[ch]* base/*.h; } | sha256sum)
  [ "$(cat "$folder/stamp" 2> /dev/null)" != "$stamp" ] || return 0
  rm -f "$folder"/*
  for source in $(sources); do
    for architecture in $architectures; do echo "$source $architecture"; done
  done | FTBENCH_GATE_ROOT=$root xargs -P "$(nproc)" -n 2 "$here/gate.sh" "$folder" "$nvcc" "$flag_text" one ||
    fail "not every source compiles"
  echo "$stamp" > "$folder/stamp"
}

# What the contract forbids in a file's PTX, a line each; succeeds if there is nothing.
check_ptx() { # source, ptx
  local expected=0 refused
  if grep -q __global__ "$1"; then expected=1; fi
  refused=$(awk -v source="${1#"$root"/}" -v expected="$expected" -f "$here/ptx.awk" "$2" | c++filt)
  [ -n "$refused" ] || return 0
  echo "$refused"
  return 1
}

# Rows of all kernels: source, kernel, architecture, threads, registers, shared bytes, stack bytes, spilled bytes.
resources() { # architecture
  local source out
  for source in $(sources); do
    out=$folder/$(basename "$source" .cu).$1
    awk -v source="$source" -v architecture="$1" -f "$here/resources.awk" "$out.ptx" "$out.txt"
  done | c++filt
}

check() {
  local source architecture bad=0 rows=$folder/rows refused=$folder/refused spilled
  compile_all
  for architecture in $architectures; do
    for source in $(sources); do
      check_ptx "$root/$source" "$folder/$(basename "$source" .cu).$architecture.ptx" | sed "s/^/$architecture\t/" || bad=1
    done
  done > "$refused"
  # A line for each refusal, with the architectures that it is made for.
  awk -F '\t' '!($2 in on) { order[++count] = $2 } { on[$2] = on[$2] " " $1 }
    END { for (i = 1; i <= count; i++) print order[i] " [compute" on[order[i]] "]" }' "$refused"
  for architecture in $architectures; do resources "$architecture"; done > "$rows"
  spilled=$(awk -F '\t' '$7 + $8 > 0 { printf "%s: kernel %s: %d bytes of stack, %d of spilled registers on sm_%s; 0 are allowed\n", $1, $2, $7, $8, $3 }' "$rows")
  [ -z "$spilled" ] || { echo "$spilled"; bad=1; }
  [ $bad = 0 ] || fail "the strict contract does not hold in what nvcc $(version) makes of the kernels"
  echo "nvcc $(version): $(cut -f 1,2 "$rows" | sort -u | wc -l) kernels of $(sources | wc -l) sources hold to the contract on $architectures; nothing is spilled"
}

# Lines of forbidden.cu that must be refused are, each for its reason and by file, kernel and line; no other kernel is.
self() {
  local source=$here/forbidden.cu refused kernel line words count=0
  "$nvcc" "${flags[@]}" -arch=compute_80 -ptx "$source" -o "$folder/forbidden.ptx"
  refused=$(check_ptx "$source" "$folder/forbidden.ptx" || true)
  while IFS=$'\t' read -r kernel line words; do
    grep -q "forbidden\.cu: kernel $kernel: \(no __launch_bounds__\|tests/cuda_gate/forbidden\.cu:$line: .*$words\)" <<< "$refused" ||
      { echo "$refused" >&2; fail "the gate lets pass line $line of forbidden.cu, kernel $kernel: $words"; }
    refused=$(grep -v ": kernel $kernel:" <<< "$refused" || true)
    count=$((count + 1))
  done < <(awk '/KERNEL .*\(|__global__ .*\(/ { kernel = $0; sub(/\(.*\*.*$/, "", kernel); sub(/^.* /, "", kernel) }
    sub(/^.*\/\* refuse: /, "") { sub(/ *\*\/$/, ""); print kernel "\t" NR "\t" $0 }' "$source")
  [ -z "$refused" ] || { echo "$refused" >&2; fail "the gate refuses what is allowed"; }
  [ "$count" -ge 20 ] || fail "only $count lines of forbidden.cu were looked for"
  ! sed -n '/entry uncontracted/,/^}/p' "$folder/forbidden.ptx" | grep -q 'fma\.' || fail "the flags let a * b + c become one fma"
  sed -n '/entry uncontracted/,/^}/p' "$folder/forbidden.ptx" | grep -q 'mul\.rn\.f32' || fail "no product in the PTX of uncontracted"
  : > "$folder/empty.ptx"
  ! check_ptx "$source" "$folder/empty.ptx" > /dev/null || fail "the gate takes PTX without any kernel"
  echo "$count forbidden things are refused, by kernel and line"
}

# Rows by source and kernel: nvcc's own order is that of names in which the folder's path takes part.
table() { # where to
  compile_all
  { resources 80; resources 90; } | awk -v nvcc="$(version)" -f "$here/occupancy.awk" > "$1.unsorted"
  { grep -v '^| kernels/' "$1.unsorted"; grep '^| kernels/' "$1.unsorted" | LC_ALL=C sort; } > "$1"
}

document=$root/docs/cuda_kernels.md
case $action in
  one) compile_one "$5" "$6" ;; # of compile_all

  check) check ;;
  self) self ;;
  write) table "$folder/table.md" && cp "$folder/table.md" "$document" && echo "written: $document" ;;
  table)
    named=$(sed -n 's/.*nvcc \([0-9.]*[0-9]\).*/\1/p' "$document" | head -n 1)
    if [ "$named" != "$(version)" ]; then
      echo "skipped: docs/cuda_kernels.md is of nvcc $named, this is nvcc $(version)"
      exit 77
    fi
    table "$folder/table.md"
    diff -u "$document" "$folder/table.md" ||
      fail "docs/cuda_kernels.md is not what nvcc says of the kernels now; ci/gpu table writes it anew"
    echo "docs/cuda_kernels.md is what nvcc $named says" ;;
  *) fail "$action: no such action" ;;
esac
