# shellcheck shell=bash
# Shared by the modes of matrix.sh: the variants of the trainer, one cell, the golden file. Expects $source, $folder and
# a $scratch folder of this process.

template=$source/tests/contract/spec.json
# Model families; after a - the precision that is not fp32.
families="bert roberta distilbert llama qwen2 bert-fp16 bert-bf16 llama-bf16 qwen2-fp16"

fail() {
  echo "FAILED: $*" >&2
  exit 1
}

# --- What this machine has; what it lacks is said, never silently left out ---

has_compiler() { command -v "$1" > /dev/null; }

# Asks the system and not the program: a program that denies what the machine can do must fail and not be skipped.
has_isa() {
  local flag flags=
  case $1 in
    portable) return 0 ;;
    avx2) flags="avx2 fma" ;;
    avx512) flags="avx2 fma avx512f avx512vl avx512dq avx512bw" ;;
  esac
  for flag in $flags; do
    grep -qm1 "^flags.*[[:space:]]$flag\([[:space:]]\|\$\)" /proc/cpuinfo || return 1
  done
}

# Those of the words after the first for which the test "has_$1" holds.
available() {
  local kind=$1 word
  shift
  for word in "$@"; do
    if "has_$kind" "$word"; then
      printf ' %s' "$word"
    else
      echo "skipped: this machine has no $word; its cells are left out" >&2
    fi
  done
}

# --- Variants of the trainer ---

# Builds one variant: its name, the compiler (a broken one lies in $folder), the level.
build_variant() {
  local at=$folder/$1 log=$folder/$1.log compiler=$2
  if [ -x "$folder/$2" ]; then compiler=$folder/$2; fi
  {
    if [ ! -e "$at/CMakeCache.txt" ]; then
      cmake -S "$source" -B "$at" -DCMAKE_BUILD_TYPE=Release -DBUILD_TESTING=OFF -DFTBENCH_CUDA=OFF -DCMAKE_C_COMPILER="$compiler" \
        -DFTBENCH_OPTIMISATION="-$3" -DFTBENCH_WERROR="${FTBENCH_WERROR:-OFF}"
    fi
    cmake --build "$at" --target ftbench-trainer
  } > "$log" 2>&1 || { cat "$log" >&2; fail "the trainer could not be built as $1"; }
}

trainer_of() { echo "$folder/$1/bin/ftbench-trainer"; }

# A compiler that breaks the contract by the flags after its name: they come after the project's own.
write_broken_compiler() {
  local path=$folder/$1-compiler
  shift
  printf '#!/bin/sh\nexec %s "$@" %s\n' "$1" "${*:2}" > "$path.new"
  chmod +x "$path.new"
  if cmp -s "$path.new" "$path"; then rm "$path.new"; else mv "$path.new" "$path"; fi
}

# --- One cell ---

# Sets threads, isa, cut, padding, layers, compiler and level from words like "isa=avx2".
read_cell() {
  local word
  for word in "$@"; do
    case $word in
      threads=* | isa=* | cut=* | padding=* | layers=* | compiler=* | level=*) printf -v "${word%%=*}" '%s' "${word#*=}" ;;
      *) fail "a cell has no factor '$word'" ;;
    esac
  done
}

# Writes the run spec of a family and of the cell that was read. Steps are of 8 x 2 samples, and one of 13 at the end of the
# epoch; those of the qwen2 in fp16 are of 3 x 2 and at a higher rate, so that there are gradients which overflow.
write_spec() {
  local micro_batch checkpointing precision=fp32 batch=8 rate=0.01 patience=3 uneven=5
  case $1 in *-*) precision=${1#*-} ;; esac
  if [ "$1" = qwen2-fp16 ]; then batch=3 rate=0.1 patience=0 uneven=4; fi
  case $cut in
    whole) micro_batch=$((2 * batch)) ;;
    1) micro_batch=1 ;;
    uneven) micro_batch=$uneven ;;
    *) fail "a step cannot be cut as '$cut'" ;;
  esac
  case $layers in # what of them is there when the backward pass needs it
    kept) checkpointing=false ;;
    again) checkpointing=true ;;
    *) fail "layers cannot be '$layers'" ;;
  esac
  sed -e "s|@SOURCE@|$source|g" -e "s|@FAMILY@|${1%-*}|" -e "s|@ISA@|$isa|" -e "s|@THREADS@|$threads|" \
    -e "s|@PADDING@|$padding|" -e "s|@MICRO_BATCH@|$micro_batch|" -e "s|@CHECKPOINTING@|$checkpointing|" \
    -e "s|@PRECISION@|$precision|" -e "s|@BATCH@|$batch|" -e "s|@RATE@|$rate|" -e "s|@PATIENCE@|$patience|" "$template"
}

# Runs a family in the cell that was read, with the trainer of variant $2; observations go to the file $3.
run_cell() {
  write_spec "$1" | "$(trainer_of "$2")" run > "$3" 2>&1
}

# The digest of a run's end line; empty when it did not complete.
digest_of() {
  sed -n 's/^{"event": "end", "reason": "completed".*"digest": "\([0-9a-f]\{32\}\)".*/\1/p' "$1"
}

# Whether the run says of itself that it was what the cell asks for.
ran_as_asked() {
  local begin
  begin=$(grep -m1 '^{"event": "begin"' "$1")
  [[ $begin == *"\"isa\": \"$isa\""* && $begin =~ \"threads\":\ ${threads}[,}] &&
    $begin == *"\"compiler\": \"$compiler "* && $begin == *" -$level "* ]]
}

# Runs family $2 in the cell of the other words and compares it with the golden file $1. One line when all is well.
check_cell() {
  local reference=$1 family=$2 output=$scratch/output expected got verdict=equal
  shift 2
  read_cell "$@"
  expected=$(golden_value "$reference" "$family")
  run_cell "$family" "$compiler-$level" "$output" || true
  got=$(digest_of "$output")
  [ "$got" = "$expected" ] || verdict=DIFFERENT
  ran_as_asked "$output" || verdict="NOT AS ASKED"
  if [ "$verdict" = equal ]; then
    echo "equal $family $*"
  else
    printf '%s %s %s\n  golden %s\n  here   %s\n  again: %s\n%s\n' "$verdict" "$family" "$*" "$expected" \
      "${got:-none: the run did not complete}" "tests/contract/matrix.sh $folder cell $family $*" \
      "$([ -n "$got" ] || tail -n 2 "$output" | cut -c 1-400)"
  fi
  [ "$verdict" = equal ]
}

# The experiment must hold what it claims, or equal bits would show little: warm-up, a fraction of an epoch, texts that
# were cut, evaluations in between, a norm above and one below the clip, a best model that is not the last, a step that
# overflows in fp16.
check_experiment() {
  local family output=$scratch/output
  read_cell threads=1 isa=portable cut=whole padding=none layers=kept compiler="$1" level="$2"
  for family in $families; do
    run_cell "$family" "$1-$2" "$output" || { cut -c 1-400 "$output" >&2; fail "the $family does not train"; }
    awk -v family="$family" '
      function number(name) {
        match($0, "\"" name "\": [-0-9.e+]+")
        return substr($0, RSTART + length(name) + 4, RLENGTH - length(name) - 4) + 0
      }
      function need(holds, what) { if (!holds) { print "the " family " has no " what; bad = 1 } }
      /"event": "begin"/ { warmup = number("warmup_steps"); fraction = number("total_steps") % number("epoch_steps") }
      /"code": "truncated"/ { truncated++ }
      /"event": "step"/ { if (number("grad_norm") > 1) clipped++; else if (number("grad_norm") < 1) unclipped++ }
      /"skipped": true/ { skipped++ }
      /"event": "evaluation"/ { evaluations++ }
      /"event": "end"/ { earlier = number("best_step") > 0 && number("best_step") < number("steps") }
      END {
        need(warmup > 1, "warm-up"); need(fraction > 0, "fraction of an epoch"); need(truncated, "text that was cut")
        need(clipped, "step that is clipped"); need(unclipped, "step that is not clipped")
        need(evaluations > 3, "evaluation in between"); need(earlier, "best model before the last step")
        if (family == "qwen2-fp16") need(skipped, "step that overflows")
        exit bad
      }' "$output" >&2 || fail "the experiment of tests/contract/spec.json lost what it is for"
  done
}

# --- The golden file ---

golden_value() { sed -n "s/^$2 //p" "$1"; }

short_sum() { sha256sum | cut -c 1-32; }

# Digest of everything that the bits depend on and that is not the program.
experiment_digest() {
  (cd "$source/tests" && cat contract/spec.json contract/models/*/* fixtures/letters.tsv) | short_sum
}

program_version() { "$1" --version | sed -n 's/.*(numeric version \([0-9]*\)).*/\1/p'; }

golden_digests() { for family in $families; do golden_value "$1" "$family"; done; }

# Writes a golden file for the trainer $1 with the digests of the families, in their order.
golden_text() {
  local family program=$1
  shift
  cat <<TEXT
# The bits that the experiment of tests/contract/spec.json has in every cell of the contract's matrix, on every machine.
# Written by ci/contract --record. Other digests need another FTBENCH_NUMERIC_VERSION (trainer/spec/run_spec.h).
numeric_version $(program_version "$program")
experiment $(experiment_digest)
TEXT
  printf '%s\n' "$@" | paste -d ' ' <(tr ' ' '\n' <<< "$families") -
  echo "all $(printf '%s\n' "$@" | short_sum)"
}

# Whether the golden file $1 is whole and made for the program $2 and this experiment.
golden_check() {
  local name version
  [ -r "$1" ] || { echo "$1: cannot be read; ci/contract --record writes it"; return 1; }
  for name in $families all; do
    [[ $(golden_value "$1" "$name") =~ ^[0-9a-f]{32}$ ]] || { echo "$1: has no digest of $name"; return 1; }
  done
  version=$(program_version "$2")
  if [ "$(golden_value "$1" numeric_version)" != "$version" ]; then
    echo "$1: is of numeric version $(golden_value "$1" numeric_version), the program's is $version;" \
      "ci/contract --record writes it anew"
    return 1
  fi
  if [ "$(golden_value "$1" experiment)" != "$(experiment_digest)" ]; then
    echo "$1: is of another experiment than tests/contract/spec.json with its models and data;" \
      "ci/contract --record writes it anew"
    return 1
  fi
  local digests
  mapfile -t digests < <(golden_digests "$1")
  cmp -s "$1" <(golden_text "$2" "${digests[@]}") ||
    { echo "$1: was changed by hand: the digest of all is not that of the families"; return 1; }
}

# Whether golden file $2 may take the place of $1: the same experiment has other bits only in another numeric version.
golden_may_become() {
  [ -r "$1" ] || return 0
  local name
  for name in numeric_version experiment; do
    [ "$(golden_value "$1" $name)" = "$(golden_value "$2" $name)" ] || return 0
  done
  [ "$(golden_value "$1" all)" = "$(golden_value "$2" all)" ]
}
