#!/usr/bin/env bash
# kill -9 of ftbench in the middle, five times, then the same command to its end: finished runs are kept, the results are
# those of an undisturbed run, and no trainer is left behind.
. "$(dirname "$0")/support.sh"
write_experiment 150
# 25 runs: each round ends two or three of them, so that the fifth kill is still far from the end.
runs=25
sed -i 's/^repeats = .*/repeats = 5/; s/^learning_rate = .*/learning_rate = 1e-6, 1e-3, 3e-3, 1e-2, 3e-2/' "$work/letters.ini"
"$ftbench" run "$work/letters.ini" --output "$work/undisturbed" --jobs 2 > /dev/null 2>&1 || fail "undisturbed run: $?"

stored() { "$ftbench" list "$work/killed" 2>/dev/null | grep -c 'done' || true; }
before=0 seen=0
for round in 1 2 3 4 5; do
  "$ftbench" run "$work/letters.ini" --output "$work/killed" --jobs 2 > "$work/out" 2> "$work/err" &
  pid=$!
  # wait until one more run than before is stored, or the program is through
  for _ in $(seq 200); do
    [ "$(stored)" -gt "$before" ] && break
    kill -0 $pid 2>/dev/null || break
    sleep 0.02
  done
  children=$(cat /proc/$pid/task/$pid/children 2>/dev/null || true)
  for child in $children; do seen=$((seen + 1)); done
  kill -9 $pid 2>/dev/null || true
  wait $pid 2>/dev/null || true
  for _ in $(seq 100); do
    alive=no
    for child in $children; do
      state=$(sed -nE 's/^State:[[:space:]]*(.).*/\1/p' "/proc/$child/status" 2>/dev/null || true)
      case "$state" in ""|Z|X) ;; *) alive=yes ;; esac
    done
    [ $alive = no ] && break
    sleep 0.02
  done
  [ $alive = no ] || fail "round $round: a trainer outlived ftbench"
  now=$(stored)
  [ "$now" -ge "$before" ] || fail "round $round: $now runs are stored, there were $before"
  before=$now
done
[ "$seen" -ge 1 ] || fail "no trainer was seen under ftbench in any round: nothing was shown of their end"
[ "$before" -ge 1 ] && [ "$before" -lt $runs ] ||
  fail "the kills left $before of $runs runs: they did not hit the middle"
"$ftbench" run "$work/letters.ini" --output "$work/killed" --jobs 2 > "$work/out" 2> "$work/err" || { cat "$work/err" >&2; fail "after the kills: $?"; }
same "$work/undisturbed" "$work/killed"
echo "$before of $runs runs were kept over five kills of $seen trainers, the rest was done after them"
