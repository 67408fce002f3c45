#!/usr/bin/env bash
# shellcheck disable=SC2016 # words for other shells
# ci/nightly: a baseline is replaced only by a night that passes, whatever happens meanwhile; options are taken from the command
# line and from the environment, and wrong ones are found before anything is trained; experiments that would get in each other's
# way are refused.
. "$(dirname "$0")/nightly_support.sh"
export FTBENCH_NIGHTLY_COMMIT=first
write_experiment 2
baseline=$work/nights/baselines/letters.sqlite

# A program between ci/nightly and ftbench: $1 is what it does with the verb and its words.
between() {
  printf '#!/usr/bin/env bash\n%s\nexec "%s" "$@"\n' "$1" "$ftbench" > "$work/between"
  chmod +x "$work/between"
}
refused() { # what is said; then options. Nothing is trained.
  local before
  before=$(count_nights)
  night 2 "${@:2}"
  says "$work/err" "$1"
  [ "$(count_nights)" = "$before" ] || fail "a night was had: $1"
}

# A night that was held to itself says so before anything else, wherever its answer is read.
held_to_itself() { # why
  local latest=$work/nights/latest/letters
  [[ "$(head -n 1 "$latest/check.md")" == "> **Nothing was compared.** letters: ${1% /*}"* ]] || fail "check.md begins otherwise"
  [[ "$(head -n 1 "$work/summary")" == "> **Nothing was compared.** letters: ${1% /*}"* ]] || fail "the step's summary begins otherwise"
  [[ "$(head -n 1 "$latest/check.txt")" == "nothing was compared: letters: $1"* ]] || fail "check.txt begins otherwise"
  says "$work/out" "::warning title=nothing was compared::letters: $1"
  says "$latest/check.md" "### ftbench check: letters against itself: "
  says "$work/summary" "### ftbench check: letters against itself: "
  says "$latest/history/history.md" "check against \`itself\`"
  says "$work/nights/index.md" "letters 0, held to itself ([check]("
  rm "$work/summary"
}
GITHUB_ACTIONS=true GITHUB_STEP_SUMMARY=$work/summary night 0
says "$work/err" "letters: there was no baseline: this night is it now, $baseline"
held_to_itself "there was no baseline $work/nights/"
[ ! -e "$work/nights/latest/letters/candidate" ] || fail "a second baseline was left"
cp "$baseline" "$work/kept"
# A folder of baselines that is mistyped is such a first night.
FTBENCH_NIGHTLY_BASELINES=$work/baselnes GITHUB_ACTIONS=true GITHUB_STEP_SUMMARY=$work/summary night 0
held_to_itself "there was no baseline $work/baselnes/"
cmp "$baseline" "$work/kept" || fail "a baseline of another folder was touched"
cp "$baseline" "$work/first"

# What was changed on purpose does not keep a limit: the old baseline stays, and the next night is held to it.
sed -i 's/^\[training\]/[training]\nweight_decay = 0.5/' "$work/letters.ini"
night 1 --require 'f1>=1' --update-baseline
says "$work/err" "letters: it does not keep its own limits, and so is no baseline after all; the old one stays"
cmp "$baseline" "$work/first" || fail "the baseline was replaced by a night that does not pass"
# Nor does it go while the new one is looked at: the night is killed, as by a machine that goes down.
between '[ "$1" != check ] || [[ " $* " == *" --dry-run "* ]] || kill -9 "$NIGHT"'
cat > "$work/killed" <<SH
export NIGHT=\$\$ FTBENCH_PROGRAM=$work/between
exec "$source/ci/nightly" --update-baseline
SH
sleep 1.1 # as in night
! bash "$work/killed" > "$work/out" 2>&1 || fail "the night was not killed"
sleep 1.1 # for what it had started
cmp "$baseline" "$work/first" || fail "a night that was killed has touched the baseline"
between '[ "$1" != check ] || [[ " $* " == *" --dry-run "* ]] || exit 139'
FTBENCH_PROGRAM=$work/between night 2 --update-baseline
says "$work/err" "letters: its check against itself ended with 139, and so is no baseline after all; the old one stays"
cmp "$baseline" "$work/first" || fail "a night without an answer became the baseline"
night 1
says "$work/out" "keys: [training] weight_decay was 0 and is 0.5"

# With limits that it keeps it is the new one, wherever the option stands, and what has changed is said.
GITHUB_ACTIONS=true GITHUB_STEP_SUMMARY=$work/summary night 0 --max-spread 100 --update-baseline --require 'failed<=0'
held_to_itself "--update-baseline was asked for"
says "$work/out" "keys: [training] weight_decay was 0 and is 0.5"
says "$work/out" "learning_rate=1e-2: bits not compared; f1 "
says "$work/err" "letters: this night is the new baseline, $baseline"
says "$work/nights/latest/letters/baseline.txt" "updated: $baseline, 3 settings, 9 runs"
night 0
says "$work/out" "against letters: passed"

# Options of the environment: in words, with quotes, on lines, and with those of the command line.
export FTBENCH_NIGHTLY_OPTIONS="--require 'learning_rate=1e-2: failed >= 1'
  --max-spread 100"
night 1
says "$work/out" "regression: learning_rate=1e-2: limit: failed >= 1 is required, it is 0"
FTBENCH_NIGHTLY_OPTIONS='--max-spread=100' night 1 --require 'f1>=1'
says "$work/out" "limit: f1 >= 1 is required"
refused "check: --max-spread is given twice" --max-spread 3
FTBENCH_NIGHTLY_OPTIONS="--lenient --update-baseline" refused "--update-baseline there would make every night a baseline"
FTBENCH_NIGHTLY_OPTIONS="--require 'f1>=0.8" refused "FTBENCH_NIGHTLY_OPTIONS: its quotes do not match"
FTBENCH_NIGHTLY_OPTIONS="--require f1>=85" refused "f1 is a fraction from 0 to 1; 0.85 is meant?"
unset FTBENCH_NIGHTLY_OPTIONS
refused "check: unknown option --update-baselines" --update-baselines
refused "check: --dry-run is given twice" --dry-run
refused "check: 'letters.ini' is one argument too many" letters.ini
FTBENCH_PROGRAM=$work/none refused "nothing was trained: ftbench check does not start"
before=$(count_nights)
"$source/ci/nightly" --require --help > "$work/out" 2>&1 || fail "--help is no answer"
says "$work/out" "ci/nightly [options of ftbench check]"
[ "$(count_nights)" = "$before" ] || fail "--help trained something"

# What cannot be written is no regression.
between '[ "$1" != run ] || mkdir -p "$4/check.txt"'
FTBENCH_PROGRAM=$work/between night 2
says "$work/err" "letters: the check has its answer, but not all that was asked for could be written"

# Nor is what cannot be had at all, wherever it ends.
nothing() { # what is said; the night's folder
  FTBENCH_NIGHTLY=$2 night 2
  says "$work/err" "$1"
  [ "$(grep -c . "$work/err")" = 1 ] || { cat "$work/err" >&2; fail "$2: more is said than one line"; }
}
nothing "nightly: the folder of nights cannot be had: mkdir: " /proc/x
nothing "nightly: the folder of nights cannot be had: mkdir: " /dev/null
mkdir -p "$work/locked/lock"
nothing "nightly: the folder of nights cannot be written: $work/locked/lock: " "$work/locked"
if [ "$(id -u)" != 0 ]; then # root may write anywhere
  mkdir -m 555 "$work/foreign"
  nothing "nightly: the folder of nights cannot be written: $work/foreign/lock: " "$work/foreign"
fi
between '[ "$1" != run ] || ln -s /dev/full "${4%/*}/answers.txt"' # the disk is full
FTBENCH_PROGRAM=$work/between night 2
says "$work/err" "nightly: the night could not be had: it ended before its answer"
TMPDIR=$work/none night 0
says "$work/out" "against letters: passed" # it is of no use to a night

# Experiments that would have one name, or none that can be.
mkdir "$work/my own"
cp "$work/letters.ini" "$work/my own/letters.ini"
FTBENCH_NIGHTLY_INI="$work/letters.ini '$work/my own/letters.ini'" refused "would both be called letters; rename one"
cp "$work/letters.ini" "$work/my own/my letters.ini"
FTBENCH_NIGHTLY_INI="'$work/my own/my letters.ini'" refused "its baseline cannot be called 'my letters'; rename it"
FTBENCH_NIGHTLY_INI="$work/let'ters.ini" refused "FTBENCH_NIGHTLY_INI: its quotes do not match"
# One series of the history for each; and a name as people write them.
sed 's/^name = letters$/name = the "letters" of \\A] $x/' "$work/letters.ini" > "$work/my own/named.ini"
cp "$work/my own/named.ini" "$work/again.ini"
FTBENCH_NIGHTLY_INI="'$work/my own/named.ini' $work/again.ini" \
  refused "again.ini: its [experiment] name is 'the \"letters\" of \\A] \$x', as that of $work/my own/named.ini"
sed 's/^name = letters$/name: again ; of a file without a name/' "$work/letters.ini" > "$work/told.ini"
sed '/^name = letters$/d' "$work/letters.ini" > "$work/again.ini"
FTBENCH_NIGHTLY_INI="$work/again.ini $work/told.ini" refused "told.ini: its [experiment] name is 'again', as that of $work/again.ini"
# Of one that changes meanwhile, after the training.
between "[ \"\$1 \$2\" != \"run $work/again.ini\" ] || cp '$work/my own/named.ini' '$work/again.ini'"
FTBENCH_PROGRAM=$work/between FTBENCH_NIGHTLY_INI="'$work/my own/named.ini' $work/again.ini" night 2
says "$work/err" "again: its [experiment] name is 'the \"letters\" of \\A] \$x', as that of named"
"$ftbench" history show "$work/nights/history.sqlite" --experiment 'the "letters" of \A] $x' > "$work/out" ||
  fail "the history has no such name"
[ ! -e "$work/nights/latest/again/history" ] || fail "two experiments are one series"
says "$work/nights/latest/answers.txt" "named 0"

# A night that is interrupted goes on to nothing else.
between '[ "$1" != run ] || exit 130'
FTBENCH_PROGRAM=$work/between FTBENCH_NIGHTLY_INI="$work/letters.ini $work/again.ini" night 2
[ "$(cat "$work/nights/latest/answers.txt")" = "letters 2" ] || fail "an interrupted night went on"
says "$work/err" "nightly: letters: interrupted; the night ends here"
! grep -q "not trained" "$work/err" || fail "what was interrupted is told as what failed"

# What is looked for before anything is built or trained.
FTBENCH_PROGRAM=$work/none FTBENCH_NIGHTLY_INI="$work/letters.ini $work/nope.ini" refused "$work/nope.ini: there is no such experiment"
FTBENCH_NIGHTLY_INI="$work" refused "there is no such experiment"
! grep -q nope "$work/nights/index.md" || fail "what was never there is a night"
# A backslash is a character as any other.
FTBENCH_NIGHTLY_INI="$work/a\\b.ini" refused "its baseline cannot be called 'a\\b'"
FTBENCH_NIGHTLY_OPTIONS="--require 'a\\b' --require c\\d>=1" refused "a\\b"
FTBENCH_NIGHTLY_OPTIONS="--require c\\d" refused "c\\d"
# The newest night is a link, and nothing that was there goes.
FTBENCH_NIGHTLY=$work/real
mkdir -p "$work/real/latest"
refused "$work/real/latest is to be a link to the newest night, and is none; move it away"
[ -z "$(ls "$work/real/latest")" ] || fail "a link was put into a folder"
FTBENCH_NIGHTLY=$work/nights
# Two nights in one second: the later one waits for the next.
second=$(date -u -d '+3 seconds' +%s)
for later in 0 1 2 3 4 5; do mkdir -p "$work/seconds/$(date -u -d "@$((second - 3 + later))" +%Y-%m-%dT%H%M%SZ)"; done
FTBENCH_NIGHTLY=$work/seconds "$source/ci/nightly" --time-margin=100000 > "$work/out" 2> "$work/err" ||
  { cat "$work/err" >&2; fail "a night in the second of another was not had"; }

# GitHub: a night that ends before its folder does not publish yesterday's.
mkdir -p "$work/checkout/ci" "$work/checkout/nightly/yesterday"
ln -s yesterday "$work/checkout/nightly/latest"
printf '#!/bin/sh\nexit 2\n' > "$work/checkout/ci/nightly"
chmod +x "$work/checkout/ci/nightly"
sed -nE '/^ +run: /,/^ +- name/{s/^ +run: *[|]?//;/- name/d;s/\$\{\{.*\}\}//;p}' "$source/ci/nightly.yml" > "$work/step"
grep -q '^ *ci/nightly *$' "$work/step" || fail "ci/nightly.yml starts no night"
! (cd "$work/checkout" && bash -e "$work/step") || fail "the step passed"
[ ! -e "$work/checkout/nightly/latest" ] || fail "yesterday's night would be published as today's"
echo "baselines are replaced by nights that pass, and what cannot be a night is found before it"
