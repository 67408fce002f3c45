#!/usr/bin/env bash
# kill -9 of ftbench and its trainers in the middle of long runs, five times; Ctrl-C; a damaged checkpoint: then the same
# command to its end. Runs go on from their checkpoints, and the results are those of an undisturbed experiment.
. "$(dirname "$0")/support.sh"
write_experiment 400
sed -i 's/^repeats = 3/repeats = 1/' "$work/letters.ini"
checkpoints=$work/killed/checkpoints
start() { # folder, further options: in the background, as $pid
  (
    trap - INT
    exec env --default-signal=INT "$ftbench" run "$work/letters.ini" --output "$work/$1" --jobs 2 "${@:2}"
  ) > "$work/out" 2> "$work/err" &
  pid=$!
}
finish() { # folder, further options
  "$ftbench" run "$work/letters.ini" --output "$work/$1" --jobs 2 "${@:2}" > "$work/out" 2> "$work/err" ||
    { cat "$work/err" >&2; fail "run $1 ended with $?"; }
}
fresh() { # waits for a checkpoint written after $work/mark
  for _ in $(seq 1000); do
    [ -n "$(find "$checkpoints" -name '*.ckpt' -newer "$work/mark" 2>/dev/null)" ] && return 0
    kill -0 $pid 2>/dev/null || return 1
    sleep 0.01
  done
  return 1
}

finish undisturbed
[ ! -e "$work/undisturbed/checkpoints" ] || fail "a folder of checkpoints is left after the end"

hits=0
for _ in 1 2 3 4 5; do
  touch "$work/mark"
  start killed --set run.checkpoint_steps=25
  fresh && hits=$((hits + 1))
  children=$(cat /proc/$pid/task/$pid/children 2>/dev/null || true)
  kill -9 $pid $children 2>/dev/null || true
  wait $pid 2>/dev/null || true
done
[ $hits -ge 3 ] || fail "only $hits of 5 kills hit a run in its middle"
finish killed --set run.checkpoint_steps=25
grep -q 'resumed at step [1-9]' "$work/err" || { cat "$work/err" >&2; fail "nothing was resumed"; }
same "$work/undisturbed" "$work/killed"
[ ! -e "$checkpoints" ] || fail "checkpoints are left after the end: $(ls "$checkpoints")"

# Ctrl-C writes a checkpoint, whatever the intervals.
checkpoints=$work/stopped/checkpoints
start stopped --set run.checkpoint_seconds=0
for _ in $(seq 500); do
  [ -d "$checkpoints" ] && break
  sleep 0.01
done
sleep 0.3
kill -INT $pid
code=0
wait $pid || code=$?
[ $code = 130 ] || { cat "$work/err" >&2; fail "exit code $code, expected 130"; }
set -- "$checkpoints"/*.ckpt
[ -e "$1" ] || fail "Ctrl-C left no checkpoint"

# One flipped bit: refused in one line, set aside, that run starts over, and nothing else is lost.
size=$(stat -c %s "$1")
byte=$(od -An -tu1 -j $((size / 2)) -N 1 "$1")
printf "\\$(printf %o $((byte ^ 16)))" | dd of="$1" bs=1 seek=$((size / 2)) conv=notrunc 2> /dev/null
step=$(od -An -td8 -j 184 -N 8 "${!#}" | tr -d ' ')
finish stopped
grep -q "$1: the checkpoint is damaged.*starting over" "$work/err" || { cat "$work/err" >&2; fail "not refused"; }
[ -e "$1.refused" ] || fail "the refused checkpoint was not kept"
if [ $# -gt 1 ]; then # the other run goes on at the step that its file has (docs/checkpoint.md)
  [ "$step" = 0 ] || grep -q "resumed at step $step\$" "$work/err" || fail "the other run was not resumed at step $step"
fi
same "$work/undisturbed" "$work/stopped"
echo "resumed after $hits kills, after Ctrl-C, and around a damaged checkpoint"
