#!/usr/bin/env bash
# How often whole experiments of the synthetic trainer, whose true SD is known, get which verdict, beside what was promised:
# runs, store, judgement and summary.json, with 3, 5, 10 and 3..10 repeats.
#   error_rates.sh BUILD_FOLDER SOURCE_FOLDER [EXPERIMENTS [SEED [OPTION OF ftbench run]...]]
# Prints the table of tests/error_rates/error_rates.c; fails when a promise is not kept. ci/error_rates is the long form.
#
# What an experiment is: one setting of a swept learning rate. Settings share their seeds, so that by itself the same luck
# would come back in each of them; with `apart=1` the synthetic trainer encrypts what it draws once more with the learning
# rate as the key, and no two settings share a draw. Each true SD and each design has seeds of its own. Whether two
# experiments had the same runs is checked at the end, and whether the runs' SD is the true one.
. "$(dirname "$0")/support.sh"
experiments=${3:-50}
seed=${4:-1}
options=("${@:5}")
most_settings=250 # of one ftbench run: some of a report's time grows with the square of the number of runs
compare=$build/tests/error_rates
# A run that takes a millisecond would spend thirty more on waiting for the disk.
if [ -w /dev/shm ]; then rm -r "$work"; work=$(mktemp -d -p /dev/shm); fi

# $1: settings, $2: repeats, $3: seed
write_rates() {
  cat > "$work/rates.ini" <<INI
[experiment]
name = rates
repeats = $2
seed = $3

$(letters_sections)

[training]
batch_size = 8
epochs = 1
eval_steps = 1

[run]
trainer = $build/bin/ftbench-synthetic

[sweep]
learning_rate = $(seq -s ', ' -f '%.6f' 0.0001 0.0001 "0.$(printf %04d "$1")" | fold -s -w 150 | sed '2,$s/^/    /')
INI
}

for sd in 0.6 1.1816 2.5; do
  sigma=$(awk "BEGIN { printf \"%.8f\", $sd / 100 }")
  for repeats in 3 5 10 3..10; do
    for ((done = 0; done < experiments; done += settings)); do
      settings=$((experiments - done < most_settings ? experiments - done : most_settings))
      write_rates $settings $repeats $seed
      folder=$sd-$repeats-$done
      FTBENCH_SYNTHETIC=samples=32,mean=0.8,sigma=$sigma,penalty=0,apart=1 \
        "$ftbench" run "$work/rates.ini" --output "$work/$folder" "${options[@]}" > /dev/null 2> "$work/err" ||
        { cat "$work/err" >&2; fail "SD $sd, $repeats repeats: $?"; }
      mv "$work/$folder/summary.json" "$work/$folder.json"
      rm -r "${work:?}/$folder"
      echo "$sd ${repeats/../ } $([ "$repeats" = "${repeats/../}" ] && echo "$repeats ")$folder.json" >> "$work/list"
      seed=$((seed + 1))
    done
  done
done
cd "$work"
code=0
"$compare" < list || code=$?
[ $code != 1 ] || fail "the verdicts are not as promised"
[ $code = 0 ] || fail "the verdicts could not be counted"
if sed -n 's/^1.1816/2.5/p' list | "$compare" > /dev/null 2>&1; then fail "verdicts of another SD are taken for kept promises"; fi
echo "$experiments experiments of each kind: every promise is kept"
