#!/usr/bin/env bash
# ci/nightly as it is started by a timer, in small: the first night makes the baseline, the second passes, a night with a changed
# key fails and says which, in JUnit too. Then the experiments that ship, against the baselines that ship: their bits are the same
# on every machine.
. "$(dirname "$0")/nightly_support.sh"
export FTBENCH_NIGHTLY_KEEP=3 FTBENCH_NIGHTLY_COMMIT=first
write_experiment 4
sed -i 's/^\[data\]/[run]\nrecord_tensors = yes\n\n[data]/' "$work/letters.ini"
night 1 --require 'f1>=1' # keeps no limit: no baseline
says "$work/err" "is no baseline after all"
night 0
says "$work/err" "letters: there was no baseline: this night is it now"
[ -s "$work/nights/baselines/letters.sqlite" ] || fail "no baseline was saved"
says "$work/nights/latest/letters/history/history.md" "The last one's check against \`itself\`: passed"
FTBENCH_NIGHTLY_COMMIT=second night 0 --require 'failed<=0' --max-spread 80
latest=$work/nights/latest/letters
for file in report.md check.md check.json junit.xml benchmark.json benchmark_smaller.json history/history.md; do
  [ -s "$latest/$file" ] || fail "the second night has no $file"
done
says "$latest/junit.xml" 'failures="0"'
says "$work/out" "letters: passed"
! grep -rq "othing was compared" "$work/out" "$work/nights/latest/" || fail "a night with a baseline is said to have none"
says "$work/nights/index.md" "letters 0 ([check]("
[ "$("$ftbench" history show "$work/nights/history.sqlite" | wc -l)" = 10 ] || fail "3 nights of 3 settings and a header"

# The code learns something else by night: other bits, named by key, step and commits.
sed -i 's/^\[training\]/[training]\nweight_decay = 0.5/' "$work/letters.ini"
FTBENCH_NIGHTLY_COMMIT=third night 1
latest=$work/nights/latest/letters
says "$work/out" "regression: keys: [training] weight_decay was "
says "$latest/junit.xml" '<failure'
says "$latest/junit.xml" "weight_decay"
says "$latest/history/history.md" "the bits changed, as something else was asked for"
says "$latest/history/history.md" "code second..third"
says "$work/nights/index.md" "letters 1 ([check]("
[ "$(cat "$work/nights/latest/exit_code")" = 1 ] || fail "the night's exit code is not kept"

# It was meant; and of four nights three are kept.
night 0 --update-baseline
night 0
[ "$(count_nights)" = 3 ] || fail "older nights are there yet"
[ "$(grep -c '^- ' "$work/nights/index.md")" = 3 ] || fail "the index has other nights than are there"

# What cannot be written takes no verdict away.
GITHUB_STEP_SUMMARY=$work/no/such/file night 2
says "$work/err" "no/such/file: cannot be opened"
says "$work/err" "the check has its answer"
says "$work/out" "against letters: passed"
says "$work/nights/latest/letters/check.json" '"exit_code": 2'
[ "$("$ftbench" history show "$work/nights/history.sqlite" | grep -c passed)" = 15 ] || fail "5 nights of 3 settings passed"

# A night that cannot be had, beside one that can.
echo "[experiment" > "$work/broken.ini"
FTBENCH_NIGHTLY_INI="$work/broken.ini $work/letters.ini" night 2
says "$work/err" "broken: the experiment was not trained: exit code 2"
says "$work/nights/latest/answers.txt" "letters 0"
FTBENCH_NIGHTLY_KEEP=none night 2

# The nights that ship.
unset FTBENCH_NIGHTLY_INI
shipped() { cat "$source"/experiments/baselines/*.sqlite | cksum; }
before=$(shipped)
FTBENCH_NIGHTLY=$work/shipped night 0 --require 'f1>=0.8' --max-spread 5
for name in nightly nightly_llama; do
  says "$work/shipped/latest/$name/junit.xml" 'failures="0"'
  says "$work/shipped/latest/$name/check.txt" "5 equal"
done
[ "$before" = "$(shipped)" ] || fail "the night has written into experiments/baselines"
echo "nights pass, fail and are kept as they should"
