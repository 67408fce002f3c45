#!/usr/bin/env bash
# Faults put into the real trainer, and what `ftbench check` says of them: which lane finds each on the first night, what it
# names, and what the statistical lane alone would have said.
#   injected.sh BUILD_FOLDER SOURCE_FOLDER [RUNS [FOLDER]]
# RUNS: with how many runs (of other seeds) each fault's true drop is measured; 0, as in the test: not at all. FOLDER keeps all
# results, and what is there is not trained again. The trainer is ftbench-faulty (tests/injected/faulty.c), which claims the
# settings that it was given. ci/injected is the long form.
. "$(dirname "$0")/support.sh"
runs=${3:-0}
night=5 # runs of a night
folder=${4:-$work}
mkdir -p "$folder"
cd "$folder"
rates=$build/tests/power_rates

# $1: repeats, $2: seed, $3: epochs, of 13 steps each
write_night() {
  cat > night.ini <<INI
[experiment]
name = injected
repeats = $1
seed = $2

[model]
path = $source/experiments/models/tiny-bert-zh
init = random

[data]
train = $source/experiments/data/reviews.tsv
validation = 0.2
split_seed = 42
max_length = 64

[training]
learning_rate = 4e-3
batch_size = 64
epochs = $3
warmup_ratio = 0.1
weight_decay = 0.01
logging_steps = 5
eval_steps = 10

[run]
record_tensors = yes
device = cpu
trainer = $build/bin/ftbench-faulty

[stability]
max_spread = 5
INI
}

# $1: folder, $2: fault, further options of ftbench run
train() {
  FTBENCH_INJECT=$2 "$ftbench" run night.ini --output "$1" "${@:3}" > /dev/null 2> err || { cat err >&2; fail "$1: $?"; }
}

# How much longer a step takes than the baseline's, by the processor's clock. $1: folder
ratio_of() { sed -n '/"processor": {/,/}/s/^ *"ratio": \([0-9.]*\),.*/\1/p' "$1/check.json" | xargs -r printf '%.2f\n'; }

# What counts of the last check's lines: the lanes, and what their lines name.
lanes() { sed -n 's/^regression: \(base: \)\?\([a-z]*\): .*/\2/p' out | sort -u | paste -sd, | sed 's/,/, /g; s/^$/none/'; }
named() {
  sed -n 's/^regression: \(base: \)\?keys: \(.*\)/\2/p
    s/^regression: base: bits: .* differs at \(step [0-9]*\): \([^:]*\): .*; \(first tensor [^,]*\), .*/\1, \2, \3/p; t
    s/^regression: base: bits: .* differs at \(step [0-9]*\): \([^:]*\): .*/\1, \2/p
    s/^regression: time: \(.*\)/\1/p' out | paste -sd\; | sed 's/;/; /g'
}

# $1: folder, $2: what the row is called, $3: the lane that must find it ("": none may), $4: what must be named, $5: its pool
hold() {
  local code=0 alone=
  "$ftbench" check "$1" --baseline ./base.sqlite > out 2> err || code=$?
  [ $code = $([ -z "$3" ] && echo 0 || echo 1) ] || { cat out err >&2; fail "$2: exit code $code"; }
  if [ -n "$3" ]; then grep -qE "^regression: (base: )?$3: .*$4" out || { cat out >&2; fail "$2: not found by $3: $4"; }; fi
  [ "$runs" = 0 ] || [ -z "$5" ] || alone=$(alone "$5")
  echo "| $2 | $(lanes) | $([ -n "$3" ] && echo 1 || echo -) | $(named) | $alone |"
}

# "mean sd" of a pool's metric
moments() { awk -F'[:,]' '/"settings"/ { on = 1 } on && /"mean":/ && m == "" { m = $2 } on && /"variance":/ && v == "" { v = $2 } END { print m, v }' "pool-$1/summary.json"; }

# The true drop as measured, and what is computed of it: a night of $night runs, of other seeds than the baseline's.
alone() {
  local base now
  base=$(moments none)
  now=$(moments "$1")
  set -- $base $now
  awk -v b="$1" -v vb="$2" -v m="$3" -v v="$4" -v n="$runs" \
    'BEGIN { printf "%.4f %.4f %.4f %.2f\n", 100 * sqrt(v), 100 * sqrt(vb), 100 * (b - m), 100 * sqrt((v + vb) / n) }' > drop
  read -r sd base_sd drop error < drop
  echo "drop $(printf %.2f "$drop") +- $error points, SD $(printf %.2f "$base_sd") then $(printf %.2f "$sd"): $("$rates" night $night "$sd" "$base_sd" "$drop")"
}

if [ "$runs" != 0 ]; then
  write_night "$runs" 43 4
  for fault in none learning_rate weight_decay dropout shuffle order_seed; do train pool-$fault $fault; done
  epochs=4
else
  night=2
  epochs=2
fi
write_night $night 42 $epochs
train base none
[ -e base.sqlite ] || "$ftbench" baseline save ./base.sqlite base > /dev/null
echo "| fault | found by | night | named | the statistical lane alone |"
echo "|---|---|---|---|---|"
train same none --set run.threads=2
hold same "none" "" "" none
train key-rate none --set training.learning_rate=4.4e-3
hold key-rate "learning rate +10%, as a changed setting" keys learning_rate ""
train key-decay none --set training.weight_decay=0
hold key-decay "weight decay dropped, as a changed setting" keys weight_decay ""
train key-dropout none --set training.dropout=0
hold key-dropout "dropout off, as a changed setting" keys dropout ""
train rate learning_rate
hold rate "learning rate +10%, in the trainer" bits "step 3: the loss" learning_rate
train decay weight_decay
hold decay "weight decay dropped, in the trainer" bits "step [34]: " weight_decay
train gelu gelu
hold gelu "gelu with a relative error of 1e-6" bits "step [01]: " none
train dropout dropout
hold dropout "dropout off, in the trainer" bits "step 1: the loss" dropout
train shuffle shuffle
hold shuffle "order of the first epoch in every epoch" bits "step 14: the loss" shuffle
train order order_seed
hold order "the same order in every run" bits "step 1: the loss" order_seed

# Times are of this machine now: how many nights find 15% more, by either clock. Nights with the fault and without it take turns.
# $1: a name, $2: how many other programs compute meanwhile
time_nights() {
  local i fault clock found other=$2 others=()
  for ((i = 0; i < other; i++)); do
    sha256sum /dev/zero > /dev/null &
    others+=($!)
  done
  for i in $(seq $nights); do
    for fault in none slow; do
      train $1-$fault-$i $fault
      for clock in wall processor; do
        "$ftbench" check $1-$fault-$i --baseline ./time.sqlite --time-clock $clock > out 2>&1 || true
        sed -n 's/^regression: time: .*/found/p' out >> $1-$fault-$clock
      done
      ratio_of $1-$fault-$i >> $1-ratios-$fault
    done
  done
  [ $other = 0 ] || kill "${others[@]}"
  for fault in none slow; do
    found=$(grep -c found $1-$fault-processor || true)
    [ "$fault$found" != slow0 ] || fail "15% more time was found in none of $nights nights"
    echo "| a step takes $([ $fault = none ] && echo 'as long as it did' || echo '15% longer')$([ $other = 0 ] || echo ", beside $other other programs") | time, in $found of $nights nights; by the wall's clock in $(grep -c found $1-$fault-wall || true) | | times the baseline's: $(paste -sd' ' $1-ratios-$fault) | never |"
  done
}

if [ "$runs" != 0 ]; then
  rm -rf time-* busy-* time.sqlite
  nights=10
  train time-base none
  "$ftbench" baseline save ./time.sqlite time-base > /dev/null
  time_nights time 0
  time_nights busy "$(nproc)"
else
  train slow slow
  code=0
  "$ftbench" check slow --baseline ./base.sqlite --time-margin 100000 > out 2> err || code=$?
  [ $code = 0 ] || { cat out err >&2; fail "a slower step is no fault where any time is allowed: exit code $code"; }
  [ -n "$(ratio_of slow)" ] || fail "no step time was compared"
fi
