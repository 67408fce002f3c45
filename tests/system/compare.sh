#!/usr/bin/env bash
# ftbench compare on a small real sweep: every pair, two settings, two folders; the same lines again; exit codes.
. "$(dirname "$0")/support.sh"
write_experiment 4
expect() { # exit code, what the output says, command...
  local code=0
  "${@:3}" > "$work/out" 2> "$work/err" || code=$?
  [ "$code" = "$1" ] || { cat "$work/out" "$work/err" >&2; fail "exit code $code, expected $1: ${*:3}"; }
  grep -qE -- "$2" "$work/out" "$work/err" || { cat "$work/out" "$work/err" >&2; fail "not said: \"$2\": ${*:3}"; }
}
train() { # folder, further options
  "$ftbench" run "$work/letters.ini" --output "$work/$1" "${@:2}" > /dev/null 2>&1 || fail "run $1 ended with $?"
}
more=(--set experiment.repeats=5 --set training.epochs=12)
train sweep "${more[@]}"
train night "${more[@]}" --set run.threads=2
train other "${more[@]}" --set experiment.seed=8
train short
train split "${more[@]}" --set data.split_seed=5

# Three settings, three pairs, five seeds each: the rate that moves nothing learns less than the middle one.
expect 0 '^1 and 2: learning_rate=1e-2 is better than learning_rate=1e-6 by 0\.[0-9]+ .*5 pairs of runs with the same seeds' \
  "$ftbench" compare "$work/sweep" --metric eval_loss
grep -q 'by Holm for 3 comparisons' "$work/out" || fail "three comparisons, and no Holm"
grep -q '^The best mean of 3 settings is that of learning_rate=' "$work/out" || fail "nothing is said of the best setting"
cp "$work/out" "$work/kept"
"$ftbench" compare "$work/sweep" --metric eval_loss | cmp - "$work/kept" || fail "the same comparison twice differs"
expect 5 'Mann-Whitney: with fewer than 4 runs .*inconclusive' "$ftbench" compare "$work/short"

# One pair, by label, by the start of a label, by number.
expect 0 'p 0\.[0-9]+\)\.$' "$ftbench" compare "$work/sweep" learning_rate=1e-6 2 --metric eval_loss
cp "$work/out" "$work/kept"
"$ftbench" compare "$work/sweep" 1 learning_rate=1e-2 --metric eval_loss | cmp - "$work/kept" || fail "names differ"
expect 2 "'1e-2' is no setting of .*: 1 learning_rate=1e-6; 2 learning_rate=1e-2; 3 learning_rate=3e-2$" \
  "$ftbench" compare "$work/sweep" 1 1e-2

# Lines for programs, each an object.
"$ftbench" compare "$work/sweep" --json > "$work/lines" || [ $? = 5 ] || fail "--json: $?"
[ "$(grep -c '^{"kind":"comparison",.*}$' "$work/lines")" = 3 ] || fail "three comparisons were expected in --json"
[ "$(grep -c '^{"kind":"selection","settings":3,.*}$' "$work/lines")" = 1 ] || fail "one selection was expected in --json"
[ "$(wc -l < "$work/lines")" = 4 ] || fail "four lines were expected in --json"

# Two nights: the same bits. Other seeds: no pairs, and equal settings differ by chance only.
expect 0 '^learning_rate=3e-2: the same runs: all 5 pairs are equal to the last bit' "$ftbench" compare "$work/sweep" "$work/night"
expect 5 'learning_rate=1e-6: inconclusive: .*5 and 5 runs that share no seeds' "$ftbench" compare "$work/sweep" "$work/other" \
  --metric eval_loss
expect 0 '^different in A / B: epochs 12 / 4$' "$ftbench" compare "$work/sweep" "$work/short" --metric eval_loss --margin 100
expect 2 'were validated on different examples' "$ftbench" compare "$work/sweep" "$work/split"
[ "$(wc -l < "$work/err")" = 1 ] || fail "one line was expected"

# Runs that share seeds by design are no independent ones: refused in one line, from either side.
sed -i 's/^repeats = .*/design = latin\nlevels = 3/' "$work/letters.ini"
train design
for folders in "design" "design 1 2" "sweep design" "design sweep"; do
  set -- $folders
  first=$work/$1
  shift
  if [ "${1:-}" = design ] || [ "${1:-}" = sweep ]; then set -- "$work/$1"; fi
  expect 2 'the runs of .*/design share seeds by design \(design = latin\)' "$ftbench" compare "$first" "$@"
  [ "$(cat "$work/err" "$work/out" | wc -l)" = 1 ] || fail "one line was expected: $folders"
  expect 2 '"verdict":"undefined","reason":"compare: the runs of ' "$ftbench" compare "$first" "$@" --json
  [ "$(wc -l < "$work/out")" = 1 ] || fail "one object was expected: $folders"
done
echo "all that compare says is so"
