#!/usr/bin/env bash
# The same experiment twice, with other numbers of jobs and threads, on other instruction sets, with other padding: the
# same runs.csv and summary.json, byte by byte.
. "$(dirname "$0")/support.sh"
write_experiment 4
run() { # folder, further options
  "$ftbench" run "$work/letters.ini" --output "$work/$1" "${@:2}" > "$work/$1.out" 2> "$work/$1.err" ||
    { cat "$work/$1.err" >&2; fail "run $1 ended with $?"; }
}
run first
[ "$(wc -l < "$work/first/runs.csv")" = 10 ] || fail "9 runs and a header were expected in runs.csv"
[ -s "$work/first/report.md" ] && [ -s "$work/first/timings.csv" ] || fail "no report"
run again
run one --jobs 1 --threads 1
run two --jobs 2 --threads 2
run three --jobs 1 --threads 3
run portable --set run.isa=portable
run longest --set run.padding=longest
run max --set run.padding=max
for other in again one two three portable longest max; do same "$work/first" "$work/$other"; done

# Again into the same folder: nothing is trained, the files stay.
cp "$work/first/runs.csv" "$work/kept.csv"
run first
cmp "$work/first/runs.csv" "$work/kept.csv" || fail "a second run into the same folder changed runs.csv"
"$ftbench" report "$work/first" > /dev/null
same "$work/first" "$work/again"

# Other seeds, other bits: each stream, varied alone, and the same seed gives a spread of 0.
for stream in init order dropout none; do
  run "only-$stream" --set "experiment.vary=$stream" --set sweep.learning_rate=1e-2
  digests=$(tail -n +2 "$work/only-$stream/runs.csv" | awk -F, '{print $NF}' | sort -u | wc -l)
  expected=3
  [ $stream = none ] && expected=1
  [ "$digests" = $expected ] || fail "vary = $stream: $digests different digests, expected $expected"
done

# A stream that decides nothing is reported: dropout's seeds where nothing is dropped.
run dead --set experiment.vary=dropout --set training.dropout=0 --set sweep.learning_rate=1e-2
grep -q '2 runs have dead seeds' "$work/dead/report.md" || fail "the report does not tell of dead seeds"
grep -q '2 runs have dead seeds' "$work/dead.out" || fail "the terminal does not tell of dead seeds"
grep -q '"dead_seeds": 2' "$work/dead/summary.json" || fail "summary.json does not count dead seeds"
echo "all the same"
