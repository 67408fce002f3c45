#!/usr/bin/env bash
# Models that one experiment saves are those that the next one fine-tunes: the same bits whatever the threads, instructions and
# padding, verified and traced as all runs are, and folders without weights refused before anything trains.
. "$(dirname "$0")/support.sh"
write_experiment 2
run() { # ini, folder, further options
  "$ftbench" run "$work/$1.ini" --output "$work/$2" "${@:3}" > "$work/$2.out" 2> "$work/$2.err" ||
    { cat "$work/$2.err" >&2; fail "run $2 ended with $?"; }
}

# Saving changes no result, and is not part of a run's identity.
run letters plain
[ ! -e "$work/plain/models" ] || fail "models are kept although nobody asked"
run letters saved --set run.save_model=yes
same "$work/plain" "$work/saved"
grep -q "^models: $work/saved/models" "$work/saved.out" || fail "it is not said where the models are"
"$ftbench" list "$work/saved" > "$work/list"
head -1 "$work/list" | grep -q 'model$' || fail "the list has no column for models"
while IFS=$'\t' read -r id rest; do
  folder=${rest##*$'\t'}
  [ "$folder" = "$work/saved/models/$id" ] || fail "the list names '$folder' as the model of $id"
  for file in config.json model.safetensors vocab.txt; do
    [ -s "$folder/$file" ] || fail "$folder has no $file"
  done
done < <(tail -n +2 "$work/list")
[ "$(find "$work/saved/models" -type f | wc -l)" = 27 ] || fail "9 models of 3 files were expected"

# Runs that were done before have no models, and that is said.
run letters plain --set run.save_model=yes
grep -q '9 finished runs have no saved model' "$work/plain.err" || fail "missing models are not told of"
[ ! -e "$work/plain/models" ] || fail "finished runs were trained again"

# Fine-tuning a saved model.
best=$(awk -F '\t' 'NR > 1 && $8 > most { most = $8; model = $NF } END { print model }' "$work/list")
[ -d "$best" ] || fail "no best model in the list"
sed -e "s|^path = .*|path = $best|" -e 's/^init = .*/init = pretrained/' "$work/letters.ini" > "$work/tuned.ini"
run tuned first
run tuned one --jobs 1 --threads 3
run tuned portable --set run.isa=portable
run tuned max --set run.padding=max
for other in one portable max; do same "$work/first" "$work/$other"; done
grep -q '"init": "pretrained"' "$work/first/summary.json" || fail "summary.json does not say pretrained"

# The head is there too, so the init seeds are dead, and the report says so.
run tuned dead --set experiment.vary=init --set sweep.learning_rate=1e-2
grep -q '2 runs have dead seeds' "$work/dead/report.md" || fail "the report does not tell of dead seeds"

# Stored runs are trained again and compared bit by bit, and a fault is found.
"$ftbench" verify "$work/first" --isa portable --threads 2 > "$work/verify.out" || fail "verify: $(cat "$work/verify.out")"
"$ftbench" verify "$work/first" --runs 1 --fault step=2,op=tanh_forward,call=1,output=0,element=3,bit=31 \
  > "$work/fault.out" 2>&1 && fail "a turned bit was not noticed"
grep -q 'DIFFERENT at step 2: tanh_forward, pooled, element 3' "$work/fault.out" ||
  { cat "$work/fault.out" >&2; fail "the turned bit was not found"; }

# Weights are content: a changed file is another model.
cp -r "$best" "$work/changed"
printf '\x01' | dd of="$work/changed/model.safetensors" bs=1 seek=$(($(stat -c %s "$work/changed/model.safetensors") - 2)) \
  conv=notrunc 2> "$work/dd.err"
run tuned changed-run --set "model.path=$work/changed"
cmp -s "$work/first/runs.csv" "$work/changed-run/runs.csv" && fail "one changed weight changes nothing"

# Refused at once, with the line: no weights; PyTorch's only. Before any run: other classes, a damaged file.
refuse() { # expected text, further options
  local code=0
  "$ftbench" run "$work/tuned.ini" --output "$work/refused" "${@:2}" > "$work/refused.out" 2> "$work/refused.err" || code=$?
  [ $code != 0 ] || fail "accepted: ${*:2}"
  grep -q "$1" "$work/refused.err" || { cat "$work/refused.err" >&2; fail "not said: $1"; }
  [ ! -e "$work/refused" ] || fail "a refused experiment left a folder behind"
}
refuse 'tuned.ini:8: \[model\] init = pretrained: .*letters-bert: has no weights' \
  --set "model.path=$source/tests/fixtures/letters-bert"
mv "$work/changed/model.safetensors" "$work/changed/pytorch_model.bin"
refuse 'has its weights in pytorch_model.bin only, which is not read; convert it with: python -c' \
  --set "model.path=$work/changed"
head -c 2000 "$best/model.safetensors" > "$work/changed/model.safetensors"
refuse 'model.safetensors: .*the file is cut off' --set "model.path=$work/changed"
cp "$best/model.safetensors" "$work/changed/model.safetensors"
sed 's/\t[01]$/&x/; 1s/x$//' "$source/tests/fixtures/letters.tsv" > "$work/named.tsv"
if cmp -s "$work/named.tsv" "$source/tests/fixtures/letters.tsv"; then fail "the labels were not renamed"; fi
refuse '"id2label" calls class 0' --set "model.path=$work/changed" --set "data.train=$work/named.tsv"
echo "saved, loaded, verified"
