#!/usr/bin/env bash
# ftbench diagnose: logs of other programs, whole outputs, and files that cannot be read.
. "$(dirname "$0")/support.sh" "$1" "$2"
cd "$source/tests/fixtures/logs"
logs=(trainer_state.json resumed.json diverged.json trainer_log.jsonl table.csv epochs.csv arrays.json metrics.json)

compare() { # $1: golden file, $2: what was printed
  if [ "${FTBENCH_UPDATE_GOLDEN:-}" = 1 ]; then cp "$2" "$source/tests/golden/$1"; fi
  diff -u "$source/tests/golden/$1" "$2" || fail "$1 differs"
}
"$ftbench" diagnose "${logs[@]}" > "$work/text" 2> "$work/errors" || fail "exit code $? for logs that are fine"
[ ! -s "$work/errors" ] || fail "errors for logs that are fine"
compare diagnose.txt "$work/text"
"$ftbench" diagnose --json "${logs[@]}" > "$work/lines"
compare diagnose.jsonl "$work/lines"
if command -v python3 > /dev/null; then
  python3 - "$work/lines" "${#logs[@]}" <<'PY' || fail "the lines are not strict JSON objects"
import json, sys
def refuse(word): raise ValueError(word)
rows = [json.loads(line, parse_constant=refuse) for line in open(sys.argv[1])]
assert len(rows) == int(sys.argv[2])
assert all(list(row) == ["file", "class", "state", "evidence", "remedy"] for row in rows)
known = {row["file"]: row["evidence"] for row in rows}
assert known["metrics.json"]["metric_at_loss_minimum"] == 0.82 and known["metrics.json"]["metric_at_end"] == 0.88
assert known["epochs.csv"]["metric_best"] == 0.7 # val_accuracy, not accuracy
names = [name for name in known["arrays.json"] if name.startswith("metric")]
assert len(names) == 7 and all(known["arrays.json"][name] is None for name in names)
PY
fi

# A file that cannot be read does not hide the others.
code=0
mkfifo "$work/pipe" # which nobody writes to: it must be refused, not waited for
"$ftbench" diagnose --json table.csv README.md none.json . "$work/pipe" epochs.csv > "$work/lines" 2> "$work/errors" || code=$?
[ $code = 2 ] || fail "exit code $code instead of 2"
[ "$(wc -l < "$work/lines")" = 2 ] || fail "the files that can be read were not all diagnosed"
[ "$(wc -l < "$work/errors")" = 4 ] || fail "not one line for each file that cannot be read"
for name in README.md none.json . "$work/pipe"; do
  grep -q "^ftbench: $name: " "$work/errors" || fail "no line about $name"
done

# A name that JSON must escape.
cp table.csv "$work/a \"b\".csv"
"$ftbench" diagnose --json "$work/a \"b\".csv" | grep -qF 'a \"b\".csv", "class": "stalled"' || fail "a name was not escaped"

"$ftbench" diagnose - < trainer_state.json | grep -q '^-: overfit$' || fail "standard input was not read"
code=0
"$ftbench" diagnose 2> "$work/errors" || code=$?
[ $code = 2 ] && grep -q "needs FILE" "$work/errors" || fail "no file at all was not refused"

# ci/curves: its matrix, and that it fails when labels are wrong.
printf 'id\tlabel\tforced4\treason\ntrainer_state\toverfit\toverfit\t\ntable\tambiguous\tstalled\tflat\n' > "$work/labels.tsv"
cp trainer_state.json table.csv "$work"
FTBENCH_PROGRAM=$ftbench "$source/ci/curves" "$work" > "$work/matrix" || fail "ci/curves: exit code $?"
grep -q '^clear curves as labelled: 1 of 1, 100%$' "$work/matrix" || fail "ci/curves: clear curves"
grep -q '^recall of stalled (with forced labels): 1 of 1' "$work/matrix" || fail "ci/curves: forced labels"
sed -i 's/\toverfit\toverfit/\tconverged\tconverged/' "$work/labels.tsv"
code=0
FTBENCH_PROGRAM=$ftbench "$source/ci/curves" "$work" > "$work/matrix" || code=$?
[ $code = 1 ] || fail "ci/curves: exit code $code for a wrong answer"
grep -q '^  trainer_state converged: found overfit; ' "$work/matrix" || fail "ci/curves: no disagreement named"
