#!/usr/bin/env bash
# ftbench baseline and check on real runs: the same bits pass, a flipped bit is found at its step and tensor, and that
# tensors are recorded changes none.
. "$(dirname "$0")/support.sh"
write_experiment 4
cd "$work"
train() { # folder, further options
  "$ftbench" run letters.ini --output "$1" "${@:2}" > /dev/null 2>&1 || fail "run $1 ended with $?"
}
expect() { # exit code, what the output says, command...
  local code=0
  "${@:3}" > out 2> err || code=$?
  [ "$code" = "$1" ] || { cat out err >&2; fail "exit code $code, expected $1: ${*:3}"; }
  grep -qE -- "$2" out err || { cat out err >&2; fail "not said: \"$2\": ${*:3}"; }
}
record=(--set run.record_tensors=yes)
train plain
train night "${record[@]}" --set run.threads=2
same plain night
expect 0 '^saved: baselines/night.sqlite, 3 settings, 9 runs$' "$ftbench" baseline save night night
expect 0 '^check of plain against night: passed$' "$ftbench" check plain --baseline night
expect 0 '^learning_rate=1e-2 +3 equal ' "$ftbench" check night --baseline night
grep -q '"ratio": [0-9.]*,' night/check.json || fail "no step time was compared"
cp night/summary.json kept
expect 0 'passed' "$ftbench" check night --baseline night
cmp kept night/summary.json || fail "the same check twice gives another summary.json"

# One bit of one gradient in step 3: the step, and the tensor that it is in.
FTBENCH_FAULT=step=3,op=linear_backward_weight,element=5,bit=20 train broken "${record[@]}"
expect 1 'bits: repeat 1 \([0-9a-f]*\) differs at step 3: .*first tensor [a-z].*, its squared gradient: baseline .*, now .* \(1 of [0-9]+ differ\)' \
  "$ftbench" check broken --baseline night
FTBENCH_FAULT=step=3,op=linear_backward_weight,element=5,bit=20 train blind
expect 1 'differs at step 3: .*which tensor is recorded with \[run\] record_tensors = yes on both sides' \
  "$ftbench" check blind --baseline night
# One in the forward pass: the loss, and every gradient behind it.
FTBENCH_FAULT=step=2,op=gelu_forward,element=3,bit=22 train forward "${record[@]}"
expect 1 'differs at step 2: the loss: baseline .*; first tensor ' "$ftbench" check forward --baseline night
echo "baselines are kept, and what differs from them is named"
