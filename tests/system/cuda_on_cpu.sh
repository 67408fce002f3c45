#!/usr/bin/env bash
# Whole trainings with the CUDA backend on the CPU (tests/cuda_shim): in each family, in several orders of threads and cuts
# of a step, every line of the run but its times and its first (which says what computed) is the CPU backend's; ftbench
# verify takes it as another backend; a run that the GPU failed goes on with the same bits.
. "$(dirname "$0")/support.sh"
. "$source/tests/contract/support.sh" # a small experiment of each family
shim=$build/tests/ftbench-trainer-shim

train() { # family, device, words of a cell of the contract's matrix: lines of a run that must not differ
  read_cell threads=1 isa=auto "${@:3}"
  write_spec "$1" | sed "s|\"run.device\": \"cpu\"|\"run.device\": \"$2\"|" > "$work/spec"
  "$shim" run < "$work/spec" > "$work/run" 2> "$work/err" || { cat "$work/err" >&2; fail "$*: does not train"; }
  [ ! -s "$work/err" ] || { cat "$work/err" >&2; fail "$*: says something on standard error"; }
  grep -q "\"backend\": \"$2\"" "$work/run" || fail "$*: was computed by something else"
  sed -e '/"event": "begin"/d' -e 's/, "[a-z_]*\(seconds\|memory_bytes\)": [^,}]*//g' "$work/run"
}

for family in $families; do
  train "$family" cpu cut=whole padding=none layers=kept > "$work/cpu"
  grep -q '"event": "end", "reason": "completed"' "$work/cpu" || fail "$family does not complete"
  while read -r order cell; do
    # shellcheck disable=SC2086
    FTBENCH_SHIM_ORDER=$order train "$family" cuda $cell > "$work/cuda"
    cmp "$work/cpu" "$work/cuda" || fail "$family on CUDA, threads in order $order, $cell: other bits"
  done <<'CELLS'
forward cut=whole padding=none layers=kept
reverse cut=uneven padding=longest layers=again
1 cut=1 padding=max layers=kept
2 cut=uneven padding=none layers=again
CELLS
done
grep -q '"gpu": "shim (CUDA on the CPU, not a GPU), compute capability 9.0"' "$work/run" || fail "the record names another GPU"

# As another backend of ftbench verify.
write_experiment 1
sed -i 's/^repeats = .*/repeats = 1/; s/^learning_rate = .*/learning_rate = 1e-2/' "$work/letters.ini"
"$ftbench" run "$work/letters.ini" --set run.device=cpu --output "$work/cpu-runs" > "$work/out" 2>&1 || fail "run: $(cat "$work/out")"
FTBENCH_TRAINER=$shim "$ftbench" verify "$work/cpu-runs" --device cuda > "$work/out" 2>&1 || fail "verify: $(cat "$work/out")"
grep -q '^1 equal, 0 different, 0 not done' "$work/out" || fail "verify on CUDA says $(tail -n 1 "$work/out")"

# The GPU fails in the midst of a run: exit code 3, the reason, and the same command goes on from the last checkpoint.
again() {
  FTBENCH_TRAINER=$shim "$ftbench" run "$work/letters.ini" --set run.device=cuda --set run.checkpoint_steps=2 \
    --output "$work/cuda-runs" > "$work/out" 2>&1
}
code=0
FTBENCH_SHIM_FAIL=launch:400:700 again || code=$?
[ $code = 3 ] || { cat "$work/out" >&2; fail "a run that the GPU failed ended with $code, not 3"; }
grep -q 'cudaErrorIllegalAddress' "$work/cuda-runs/report.md" || fail "the report does not name the GPU's failure"
again || { cat "$work/out" >&2; fail "after the GPU's failure the run does not go on"; }
same "$work/cpu-runs" "$work/cuda-runs"
echo "ok"
