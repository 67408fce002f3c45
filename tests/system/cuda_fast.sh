#!/usr/bin/env bash
# Whole runs of fast arithmetic, on the CUDA on the CPU with a cuBLAS of our own (tests/fake_cublas): they learn, have the same bits
# from run to run, say where these are from, and are held against nothing else.
. "$(dirname "$0")/support.sh"
export FTBENCH_TRAINER=$build/tests/ftbench-trainer-shim FTBENCH_CUBLAS=$build/tests/fake_cublas/complete/libcublas.so.13
overrides='linear_forward, linear_backward_input, linear_backward_weight'
libraries='CUDA driver 13.0, runtime 13.0, cuBLAS 13.7.5'

refused() { # expected text on stderr, then a command line that must end with 2
  local expected=$1 code=0
  shift
  "$@" > "$work/out" 2> "$work/err" || code=$?
  [ $code = 2 ] || { cat "$work/out" "$work/err" >&2; fail "$*: ended with $code"; }
  grep -qF -- "$expected" "$work/err" || { cat "$work/err" >&2; fail "$*: not said: $expected"; }
}
record() { # a fact about where the runs of $work/$1 were made
  sed -nE "s/^- \*\*$2\*\*: //p" "$work/$1/report.md" | tr -d '\\'
}
run() { # folder, settings...
  local folder=$1
  shift
  "$ftbench" run "$work/one.ini" --output "$work/$folder" "$@" > "$work/out" 2> "$work/err" ||
    { cat "$work/err" >&2; fail "run $folder $*"; }
}
column() { # of the one run of $work/$1
  cut -d, -f"$2" "$work/$1/runs.csv" | tail -n 1
}

write_experiment 10
sed -e 's/^repeats.*/repeats = 1/' -e 's/^eval_steps.*/eval_steps = 20\nlearning_rate = 1e-2\ndropout = 0/' -e '/^\[sweep\]/,$d' \
  "$work/letters.ini" > "$work/one.ini"

run fast --set training.arithmetic=fast
awk -v f1="$(column fast 15)" 'BEGIN { exit !(f1 >= 0.8) }' || fail "fast arithmetic learns nothing: F1 $(column fast 15)"
[ "$(record fast backend)" = cuda_fast ] || fail "the backend is $(record fast backend)"
[ "$(record fast 'not strict')" = "$overrides" ] || fail "the record does not name what is not strict"
[ "$(record fast GPU)" = 'shim (CUDA on the CPU, not a GPU), compute capability 9.0' ] || fail "the record does not name the GPU"
[ "$(record fast 'GPU libraries')" = "$libraries" ] || fail "the record does not name the libraries"
grep -qF "fast arithmetic ($overrides): the bits are those of" "$work/err" || fail "the run does not say that it is fast"

# The same bits again; strict ones are others, and another run.
run again --set training.arithmetic=fast
same "$work/fast" "$work/again"
"$ftbench" verify "$work/fast" > "$work/out" || { cat "$work/out" >&2; fail "fast arithmetic does not repeat its bits"; }
grep -q '^1 equal' "$work/out" || fail "nothing was verified"
run strict --set run.device=cpu
[ "$(column fast 1)" != "$(column strict 1)" ] || fail "fast and strict runs have the same id"
[ "$(column fast 19)" != "$(column strict 19)" ] || fail "fast and strict arithmetic have the same bits: was cuBLAS asked?"
awk -v a="$(column fast 11)" -v b="$(column strict 11)" 'BEGIN { exit !((a - b) ^ 2 < 0.01) }' ||
  fail "fast and strict losses are far apart: $(column fast 11), $(column strict 11)"

# Held against nothing else.
refused 'not comparable bit by bit: fast arithmetic has the bits of one GPU' env FTBENCH_SHIM_CAPABILITY=8.0 \
  "$ftbench" verify "$work/fast"
refused 'depend on how a step is cut' "$ftbench" verify "$work/fast" --micro-batch 2
refused 'depend on how a step is cut' "$ftbench" verify "$work/fast" --padding max
refused 'fast is computed by CUDA alone' "$ftbench" verify "$work/fast" --device cpu
refused 'not comparable bit by bit: the arithmetic of' "$ftbench" diff "$work/fast:$(column fast 1)" "$work/strict:$(column strict 1)"

# A checkpoint goes on where it was begun only; elsewhere the run starts at its beginning.
cut_short() { # folder: a run that stopped after 5 steps, and its checkpoint
  mkdir -p "$work/$1"
  "$ftbench" run "$work/one.ini" --set training.arithmetic=fast --set run.checkpoint_steps=1 --output "$work/$1" \
    > "$work/out" 2>&1 &
  local child=$!
  for _ in $(seq 200); do
    [ -n "$(find "$work/$1/checkpoints" -type f -size +0 2> /dev/null)" ] && break
    sleep 0.05
  done
  kill -INT $child
  wait $child && fail "a run that was interrupted ended well" || true
}
cut_short here
run here --set training.arithmetic=fast
cmp "$work/fast/runs.csv" "$work/here/runs.csv" || fail "a run that went on has other bits"
cut_short there
export FTBENCH_SHIM_CAPABILITY=8.0
run there --set training.arithmetic=fast
grep -qF 'going on here would mix their bits' "$work/err" || { cat "$work/err" >&2; fail "a checkpoint of another GPU was taken"; }
[ "$(record there GPU)" = 'shim (CUDA on the CPU, not a GPU), compute capability 8.0' ] || fail "the run did not start over"
unset FTBENCH_SHIM_CAPABILITY

# What goes wrong is the run's error; strict arithmetic needs no cuBLAS.
refused 'arithmetic = fast needs CUDA: cuBLAS cannot be used: ' env \
  FTBENCH_CUBLAS="$build/tests/fake_cublas/incomplete/libcublas.so.13" "$ftbench" run "$work/one.ini" \
  --set training.arithmetic=fast --output "$work/nowhere"
refused 'cuBLAS cannot be loaded (FTBENCH_CUBLAS): /nowhere/libcublas.so.13' env FTBENCH_CUBLAS=/nowhere/libcublas.so.13 \
  "$ftbench" run "$work/one.ini" --set training.arithmetic=fast --output "$work/nowhere"
refused 'cuBLAS cannot start: CUBLAS_STATUS_INTERNAL_ERROR (14)' env FAKE_CUBLAS_FAIL=create "$ftbench" run "$work/one.ini" \
  --set training.arithmetic=fast --output "$work/nowhere"
code=0
FAKE_CUBLAS_FAIL=gemm:100 "$ftbench" run "$work/one.ini" --set training.arithmetic=fast --output "$work/broken" > "$work/out" 2>&1 ||
  code=$?
[ $code = 3 ] || { cat "$work/out" >&2; fail "a product that fails: ended with $code"; }
tr -d '\\' < "$work/broken/report.md" | grep -q 'linear_[a-z_]* by cuBLAS (CUBLAS_STATUS_INTERNAL_ERROR)' ||
  fail "the report does not say which product failed"
FTBENCH_CUBLAS=/nowhere/libcublas.so.13 "$ftbench" run "$work/one.ini" --set training.epochs=0.2 --output "$work/needless" \
  > "$work/out" 2>&1 || fail "strict arithmetic asks for cuBLAS"
echo "fast arithmetic learns, repeats itself, and is held against nothing else"
