#!/usr/bin/env bash
# What goes wrong is one clear line and the documented exit code; what was computed stays.
. "$(dirname "$0")/support.sh"
write_experiment 2
expect() { # exit code, a word on stderr, command...
  local code=0
  "${@:3}" > "$work/out" 2> "$work/err" || code=$?
  [ "$code" = "$1" ] || { cat "$work/err" >&2; fail "exit code $code, expected $1: ${*:3}"; }
  grep -qiE -- "$2" "$work/err" || { cat "$work/err" >&2; fail "stderr does not say \"$2\": ${*:3}"; }
}
expect 2 'usage|verb' "$ftbench"
expect 2 'rnu' "$ftbench" rnu "$work/letters.ini"
expect 2 'nowhere.ini' "$ftbench" run "$work/nowhere.ini"
expect 2 'learning_rat' "$ftbench" run "$work/letters.ini" --set training.learning_rat=1
expect 2 'learning_rate' "$ftbench" run "$work/letters.ini" --set training.learning_rate=fast
expect 2 'jobs' "$ftbench" run "$work/letters.ini" --jobs none
printf '[experiment]\nname = x\nrepeats = 0\n[modell]\n' > "$work/bad.ini"
expect 2 'bad.ini:3' "$ftbench" run "$work/bad.ini"
expect 2 'bad.ini:4' "$ftbench" run "$work/bad.ini"

# Bad rows are named by line before anything trains.
printf 'text\tlabel\na b\t0\nb c\na c\t1\n' > "$work/rows.tsv"
expect 2 'rows.tsv.*3' "$ftbench" run "$work/letters.ini" --set "data.train=$work/rows.tsv" --output "$work/rows"

# What the trainer refuses is refused with the line of the key, and leaves no folder.
line=$(grep -n '^max_length' "$work/letters.ini" | cut -d : -f 1)
sed 's/^max_length.*/max_length = 5000/' "$work/letters.ini" > "$work/longer.ini"
expect 2 "longer.ini:$line: max_length 5000 is more than" "$ftbench" run "$work/longer.ini" --output "$work/longer"
expect 2 'set 1: .*no column "review" .text_column' "$ftbench" run "$work/letters.ini" --set data.text_column=review \
  --output "$work/longer"
[ ! -e "$work/longer" ] || fail "a refused experiment left its folder"

# Runs that crash are results with a reason: exit code 3, a report, and the others are there.
synthetic=$build/bin/ftbench-synthetic
FTBENCH_SYNTHETIC=crash_at=3,only_rate=0.01 expect 3 'fail|crash' "$ftbench" run "$work/letters.ini" \
  --set "run.trainer=$synthetic" --output "$work/crashes"
grep -qiE 'signal|crash' "$work/crashes/report.md" || fail "the report does not name the crashed runs"

# Labels of the validation rows that cannot be true: a trainer whose plan says them is refused before anything trains.
lie() { FTBENCH_SYNTHETIC=lie=$1 expect 2 "$2" "$ftbench" run "$work/letters.ini" --set "run.trainer=$synthetic" --output "$work/lie"; }
lie labels 'labels of 1 of 20 validation rows'
lie label 'a label of class 9 where there are 2 classes'
[ ! -e "$work/lie" ] || fail "a refused trainer left its folder"

# Runs that are cut off at the timeout: how far they got is chance, and is in no file that is compared.
for twice in once again; do
  FTBENCH_SYNTHETIC=slow=1 expect 3 'no end within' "$ftbench" run "$work/letters.ini" --set "run.trainer=$synthetic" \
    --set run.timeout=0.2 --set training.epochs=10000 --set experiment.repeats=1 --output "$work/$twice"
  grep -q 'timed_out,no end within the timeout of 0.2 s,,' "$work/$twice/runs.csv" || fail "runs.csv has the steps of runs cut off"
  grep -q 'killed after step [1-9]' "$work/$twice/timings.csv" || fail "timings.csv does not say how far the runs got"
done
same "$work/once" "$work/again"

# Two at once in one folder: the second is turned away.
write_experiment 400
"$ftbench" run "$work/letters.ini" --output "$work/shared" > /dev/null 2>&1 &
first=$!
for _ in $(seq 200); do [ -e "$work/shared/ftbench.sqlite" ] && break; sleep 0.02; done
expect 2 'another ftbench|running' "$ftbench" run "$work/letters.ini" --output "$work/shared"
kill -INT $first 2>/dev/null || kill $first
wait $first || true
echo "all failures are clear"
