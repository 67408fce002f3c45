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
grep -q "^The sequential test spared $not_needed of $runs planned runs\.$" <("$ftbench" report "$work/one") \
  || fail "the report on the terminal does not say what was spared"
grep -q "\*\*The sequential test spared $not_needed of $runs planned runs\.\*\*" "$work/one/report.md" || fail "report.md does not either"
grep -q '^| true SD (points) | says stable |' "$work/one/report.md" || fail "what the test does is not said"
if grep -qE 'pending|missing' "$work/one/report.md"; then fail "runs that were not needed are missing in report.md"; fi

# Every other verb calls them by their name.
"$ftbench" verify "$work/one" > "$work/out" || fail "verify: $?"
[ "$(grep -c ': not needed, skipped$' "$work/out")" = "$not_needed" ] || fail "verify does not call $not_needed runs not needed"
tail -n 1 "$work/out" | grep -qx "$((runs - not_needed)) equal, 0 different, 0 not done and skipped, $not_needed not needed" \
  || { tail -n 1 "$work/out" >&2; fail "verify counts otherwise"; }
"$ftbench" diff "$work/one" "$work/two" > "$work/out" || fail "diff: $?"
tail -n 1 "$work/out" | grep -qx "$((runs - not_needed)) equal, 0 different, 0 skipped, $not_needed not needed" \
  || { tail -n 1 "$work/out" >&2; fail "diff counts otherwise"; }
if grep -q 'not there yet' "$work/out"; then fail "diff waits for runs that are not needed"; fi
"$ftbench" compare "$work/one" > "$work/out" || [ $? = 5 ] || fail "compare: $?"
[ "$(awk '$2 ~ /^learning_rate=/ && $5 != 0' "$work/out" | wc -l)" = 0 ] || { cat "$work/out" >&2; fail "compare misses runs"; }
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
