# Shared by the system tests: `. support.sh BUILD_FOLDER SOURCE_FOLDER`. Gives $ftbench, a scratch folder $work that is
# removed at the end, and a small experiment in it.
set -euo pipefail
build=$1
source=$2
ftbench=$build/bin/ftbench
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export NO_COLOR=1 TERM=dumb

fail() {
  echo "FAILED: $*" >&2
  exit 1
}

# The sections of an ini that say: a small model, drawn at random, on the letters.
letters_sections() {
  cat <<INI
[model]
path = $source/tests/fixtures/letters-bert
init = random

[data]
train = $source/tests/fixtures/letters.tsv
validation = 0.25
max_length = 16
INI
}

# An experiment of 3 learning rates x 3 seeds on the letters; a run takes a fraction of a second. $1: epochs
write_experiment() {
  cat > "$work/letters.ini" <<INI
[experiment]
name = letters
repeats = 3
seed = 7

$(letters_sections)

[training]
batch_size = 6
epochs = $1
eval_steps = 10

[sweep]
learning_rate = 1e-6, 1e-2, 3e-2
INI
}

same() { # two folders must have the same runs.csv and summary.json
  cmp "$1/runs.csv" "$2/runs.csv" || fail "runs.csv differs between $1 and $2"
  cmp "$1/summary.json" "$2/summary.json" || fail "summary.json differs between $1 and $2"
}
