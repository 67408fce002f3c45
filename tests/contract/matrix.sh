#!/usr/bin/env bash
# The contract's matrix: one fine-tuning of each model family has the same bits for every number of threads, instruction
# set, cut of a step, padding, gradient checkpointing, compiler and optimisation level (docs/arithmetic.md), and on every
# machine those of tests/golden/contract.txt.
#   matrix.sh FOLDER build               builds the trainer's variants into FOLDER; they are kept
#   matrix.sh FOLDER pairwise            cells in which every two values of two factors meet; then shows that a build which
#                                        breaks the contract is seen
#   matrix.sh FOLDER full                every cell, and the same
#   matrix.sh FOLDER record              writes the golden file, when all cells of the pairwise cover agree
#   matrix.sh FOLDER cell FAMILY FACTOR=VALUE...     one cell, as a failure prints it
# A compiler or instruction set that the machine lacks is skipped with a line; FTBENCH_REQUIRE_CLANG=1 makes a missing
# clang a failure.
set -euo pipefail
[ $# -ge 2 ] || { sed -n '2,/^set/{/^set/!s/^# \{0,1\}//p}' "$0" >&2; exit 2; }
source=$(cd "$(dirname "$0")/../.." && pwd)
mkdir -p "$1"
folder=$(cd "$1" && pwd)
mode=$2
shift 2
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
golden=$source/tests/golden/contract.txt
. "$source/tests/contract/support.sh"

jobs=$(nproc)
levels="O0 O2 O3"

find_factors() {
  if [ "${FTBENCH_REQUIRE_CLANG:-0}" = 1 ] && ! has_compiler clang; then
    fail "FTBENCH_REQUIRE_CLANG is set and there is no clang; ci/install clang"
  fi
  compilers=$(available compiler gcc clang)
  isas=$(available isa portable avx2 avx512)
  [ -n "$compilers" ] || fail "neither gcc nor clang is here"
  read -r first_compiler _ <<< "$compilers"
}

print_factors() {
  echo "threads 1 2 3 7"
  echo "isa$isas"
  echo "cut whole 1 uneven"
  echo "padding none longest max"
  echo "layers kept again"
  echo "compiler$compilers"
  echo "level $levels"
}

# A build that contracts a * b + c behind our back needs a machine with fma (and gcc does so from -O2 on); one with
# fast-math breaks on any. The short form makes do with the first of them.
print_broken() {
  {
    if has_isa avx2; then echo "contraction -ffp-contract=fast -march=native"; fi
    echo "fast-math -ffast-math"
  } | if [ "$mode" = full ]; then cat; else sed -n 1p; fi
}

build_all() {
  local compiler level name flags
  while read -r name flags; do write_broken_compiler "$name" "$first_compiler" "$flags"; done < <(print_broken)
  {
    for compiler in $compilers; do
      for level in $levels; do echo "$compiler-$level $compiler $level"; done
    done
    while read -r name _; do echo "$name $name-compiler O2"; done < <(print_broken)
  } | xargs -P "$jobs" -L 1 "$source/tests/contract/matrix.sh" "$folder" variant
}

# Runs each cell of the file $2 with each family against the golden file $1.
check_cells() {
  local reference=$1 cells=$2 results=$scratch/results.txt family runs
  for family in $families; do sed -e '/^#/d' -e "s/^/$family /" "$cells"; done |
    xargs -P "$jobs" -L 1 "$source/tests/contract/matrix.sh" "$folder" against "$reference" > "$results" || true
  runs=$(grep -c '^equal ' "$results" || true)
  grep -v '^equal ' "$results" >&2 || true
  [ "$runs" = $(($(grep -vc '^#' "$cells") * $(wc -w <<< "$families"))) ] || return 1
  echo "$runs runs with the same bits in $(sed -n 's/^# //p' "$cells")"
}

# A matrix that cannot fail shows nothing.
check_failures() {
  local name family got digest digests output=$scratch/output altered=$scratch/altered.txt
  read_cell threads=1 isa=portable cut=whole padding=none layers=kept compiler="$first_compiler" level=O2
  while read -r name _; do
    for family in $families; do
      run_cell "$family" "$name" "$output" || true
      [ -s "$output" ] || fail "the build with $name printed nothing"
      [ "$(digest_of "$output")" != "$(golden_value "$golden" "$family")" ] ||
        fail "the $family has the golden bits in the build with $name"
    done
    got=$(digest_of "$output")
    echo "a build that breaks the contract is seen: $name: ${got:-$(tail -n 1 "$output" | cut -c 1-200)}"
  done < <(print_broken)

  sed '/^llama /d' "$golden" > "$altered"
  ! golden_check "$altered" "$trainer" > /dev/null || fail "a golden file without one family is taken"
  sed "s/^numeric_version .*/numeric_version 0/" "$golden" > "$altered"
  ! golden_check "$altered" "$trainer" > /dev/null || fail "a golden file of another numeric version is taken"
  digest=$(golden_value "$golden" bert | tr 0-9a-f 1-9a-f0)
  sed "s/^bert .*/bert $digest/" "$golden" > "$altered"
  ! golden_check "$altered" "$trainer" > /dev/null || fail "a golden file that was changed by hand is taken"
  mapfile -t digests < <(golden_digests "$golden")
  digests[0]=$digest # the bert's
  golden_text "$trainer" "${digests[@]}" > "$altered"
  ! check_cell "$altered" bert threads=1 isa=portable cut=whole padding=none layers=kept compiler="$first_compiler" level=O2 \
    > /dev/null || fail "a run with other bits than the golden ones is taken"
  ! golden_may_become "$golden" "$altered" || fail "other bits of the same numeric version would be recorded"
  sed -i "s/^numeric_version .*/numeric_version 0/" "$altered"
  golden_may_become "$golden" "$altered" || fail "other bits of another numeric version would not be recorded"
  echo "other bits, another numeric version and a golden file that is not whole are refused"
}

run_matrix() {
  local cells=$folder/$1.txt
  print_factors | awk -v cover="$1" -f "$source/tests/contract/cells.awk" > "$cells" || fail "the cover is not whole"
  golden_check "$golden" "$trainer" || exit 1
  check_experiment "$first_compiler" O2
  check_cells "$golden" "$cells" || fail "cells above differ from tests/golden/contract.txt"
  check_failures
}

record() {
  local candidate=$folder/candidate.txt cells=$folder/pairwise.txt family output=$scratch/output digests=()
  print_factors | awk -v cover=pairwise -f "$source/tests/contract/cells.awk" > "$cells" || fail "the cover is not whole"
  check_experiment "$first_compiler" O2
  read_cell threads=1 isa=portable cut=whole padding=none layers=kept compiler="$first_compiler" level=O2
  for family in $families; do
    run_cell "$family" "$first_compiler-O2" "$output"
    digests+=("$(digest_of "$output")")
  done
  golden_text "$trainer" "${digests[@]}" > "$candidate"
  check_cells "$candidate" "$cells" || fail "the cells do not agree: there is nothing to record"
  golden_may_become "$golden" "$candidate" ||
    fail "the bits of this experiment changed, but FTBENCH_NUMERIC_VERSION did not: raise it (trainer/spec/run_spec.h)"
  mv "$candidate" "$golden"
  echo "written: $golden"
}

case $mode in
  # variant and against: what the other modes start for each build and for each run
  variant) build_variant "$@" ;;
  against) check_cell "$@" ;;
  cell)
    compiler=$(printf '%s\n' "$@" | sed -n 's/^compiler=//p')
    level=$(printf '%s\n' "$@" | sed -n 's/^level=//p')
    build_variant "$compiler-$level" "$compiler" "$level"
    check_cell "$golden" "$@"
    ;;
  build | pairwise | full | record)
    find_factors
    build_all
    trainer=$(trainer_of "$first_compiler-O2")
    case $mode in
      build) ;;
      record) record ;;
      *) run_matrix "$mode" ;;
    esac
    echo "$mode: $SECONDS s"
    ;;
  *) fail "$mode: build, pairwise, full, record or cell is expected" ;;
esac
