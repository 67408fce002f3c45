#!/usr/bin/env bash
# repeats = 3..8 with the real trainer: settings that cannot differ (nothing is learnt) stop early; the runs that are trained
# are the same with one job and with two, and after kill -9 in the middle; what was not needed is no failure.
. "$(dirname "$0")/support.sh"
write_experiment 20
sed -i 's/^repeats = .*/repeats = 3..8/' "$work/letters.ini"
runs=24

outcomes() { "$ftbench" list "$1" | cut -f 2,3,7; }
"$ftbench" run "$work/letters.ini" --output "$work/one" --jobs 1 > /dev/null 2> "$work/err" || { cat "$work/err" >&2; fail "one job: $?"; }
"$ftbench" run "$work/letters.ini" --output "$work/two" --jobs 2 > /dev/null 2> "$work/err" || { cat "$work/err" >&2; fail "two jobs: $?"; }
outcomes "$work/one" > "$work/expected"
not_needed=$(grep -c 'not needed$' "$work/expected" || true)
[ "$not_needed" -gt 0 ] || fail "every run was needed: this shows nothing"
if grep -qE 'pending|failed|crashed' "$work/expected"; then fail "a run is pending or failed"; fi
grep -qx "sequential: $not_needed of $runs runs were not needed" "$work/err" || { cat "$work/err" >&2; fail "the runs saved are not said"; }
outcomes "$work/two" | cmp - "$work/expected" || fail "two jobs trained other runs than one"
same "$work/one" "$work/two"

for round in 1 2 3; do
  "$ftbench" run "$work/letters.ini" --output "$work/killed" --jobs 2 > /dev/null 2>&1 &
  pid=$!
  # wait until some runs more are stored, or the program is through
  for _ in $(seq 200); do
    stored=$("$ftbench" list "$work/killed" 2>/dev/null | cut -f 7 | grep -c '^done$' || true)
    [ "$stored" -ge $((3 * round)) ] && break
    kill -0 $pid 2>/dev/null || break
    sleep 0.02
  done
  kill -9 $pid 2>/dev/null || true
  wait $pid 2>/dev/null || true
done
"$ftbench" run "$work/letters.ini" --output "$work/killed" --jobs 2 > /dev/null 2> "$work/err" || { cat "$work/err" >&2; fail "after the kills: $?"; }
outcomes "$work/killed" | cmp - "$work/expected" || fail "other runs were trained after kills"
same "$work/one" "$work/killed"
echo "$not_needed of $runs runs were not needed, with one job, with two, and over three kills"
