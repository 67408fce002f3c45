#!/usr/bin/env bash
# The best model of a run is used: trained and saved, then evaluated to the run's own numbers, bit by bit, with other threads and
# instructions too; rows are labelled; what cannot be used is refused in one line.
. "$(dirname "$0")/support.sh"
awk 'NR == 1 || NR % 3' "$source/tests/fixtures/letters.tsv" > "$work/train.tsv"
awk 'NR == 1 || NR % 3 == 0' "$source/tests/fixtures/letters.tsv" > "$work/validation.tsv"
experiment() { # name of the fixture, files for training and validation, folder for results
  cat > "$work/$4.ini" <<INI
[experiment]
name = $4
repeats = 1
seed = 5

[model]
path = $source/tests/fixtures/$1
init = random

[data]
train = $2
validation = $3
max_length = 12

[training]
batch_size = 6
epochs = 4
eval_steps = 4
learning_rate = 2e-2

[run]
save_model = yes
INI
  "$ftbench" run "$work/$4.ini" --output "$work/$4" > "$work/out" 2> "$work/err" ||
    { cat "$work/err" >&2; fail "the run of $4 failed"; }
  model=$("$ftbench" list "$work/$4" | awk -F '\t' 'NR == 2 { print $NF }')
  [ -s "$model/model.safetensors" ] || fail "no model of $4"
}
member() { # name, JSON on one line
  sed -E "s/.*\"$1\": ([^,}]*).*/\1/" <<< "${2%%, \"classes\"*}"
}
refuse() { # expected text, then the command line
  local expected=$1 code=0
  shift
  "$ftbench" "$@" > "$work/out" 2> "$work/err" || code=$?
  [ $code = 2 ] || fail "$*: ended with $code"
  if ! grep -q "$expected" "$work/err" || ! grep -q '^ftbench: ' "$work/err" || [ "$(wc -l < "$work/err")" != 1 ]; then
    cat "$work/err" >&2; fail "$*: not said: $expected"
  fi
}

for fixture in letters-bert letters-llama; do
  experiment $fixture train.tsv validation.tsv "$fixture"
  json=$("$ftbench" eval --json "$model" "$work/validation.tsv")
  for column in loss accuracy precision recall f1 f1_macro; do
    stored=$(awk -F , -v name=$column 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) at = i } NR == 2 { print $at }' \
      "$work/$fixture/runs.csv")
    [ "$stored" = "$(member $column "$json")" ] || fail "$fixture: $column is $stored in the run and $(member $column "$json") now"
  done
  for how in '--threads 2' '--isa portable' '--batch-size 1' '--threads 2 --isa portable --batch-size 50 --max-length 12'; do
    # shellcheck disable=SC2086
    [ "$("$ftbench" eval --json $how "$model" "$work/validation.tsv")" = "$json" ] || fail "$fixture: $how changes a bit"
  done
  [ "$("$ftbench" eval --json --max-length 4 "$model" "$work/validation.tsv" 2> "$work/err")" != "$json" ] ||
    fail "max-length changes nothing"
  grep -q '^ftbench: [0-9]* of 20 texts were cut to 4 tokens' "$work/err" || fail "cut texts are not told of"
done

# Which model to use is said: the recommended setting's best run, the first of several.
write_experiment 40
"$ftbench" run "$work/letters.ini" --output "$work/swept" --set run.save_model=yes --set training.eval_steps=100 \
  > "$work/run.out" 2> "$work/err" || { cat "$work/err" >&2; fail "the run of three settings failed"; }
"$ftbench" report "$work/swept" > "$work/report.out" 2> "$work/err" || { cat "$work/err" >&2; fail "report"; }
setting=$(sed -n '/"recommendation"/,/}/s/^ *"setting": "\(.*\)",*$/\1/p' "$work/swept/summary.json")
[ -n "$setting" ] || fail "nothing is recommended"
best=$("$ftbench" list "$work/swept" | awk -F '\t' -v setting="$setting" \
  'NR > 1 && $2 == setting && $8 > most { most = $8; model = $NF } END { print model }')
for told in run report; do
  named=$(sed -n "s/^model of the [^:]*best run[^:]*: \([^ ]*\) .*/\1/p" "$work/$told.out")
  [ -n "$named" ] && [ "$named" = "$best" ] || fail "$told names '$named' as the best model, not '$best'"
done

# The same rows, with the labels away, in another form, from a pipe: the same labels in the same order.
"$ftbench" predict "$model" "$work/validation.tsv" > "$work/predicted"
[ "$(head -1 "$work/predicted")" = "$(printf 'line\tprediction\tprobability')" ] || fail "the head of the predictions"
[ "$(wc -l < "$work/predicted")" = 21 ] || fail "not a line for each row"
cut -f 1 "$work/validation.tsv" > "$work/texts.tsv"
"$ftbench" predict "$model" "$work/texts.tsv" | cmp - "$work/predicted" || fail "labels of a file are looked at"
awk -F '\t' 'NR == 1 { next } { printf "{\"text\": \"%s\"}\n", $1 }' "$work/texts.tsv" > "$work/texts.jsonl"
"$ftbench" predict "$model" "$work/texts.jsonl" | cut -f 2,3 | cmp - <(cut -f 2,3 "$work/predicted") || fail "JSONL"
tail -n +2 "$work/texts.tsv" | "$ftbench" predict --threads 2 --isa portable "$model" - | cut -f 2,3 |
  cmp - <(cut -f 2,3 "$work/predicted") || fail "a pipe"
"$ftbench" predict --json "$model" "$work/texts.tsv" > "$work/objects"
sed -E 's/^\{"line": ([0-9]+), "prediction": "([^"]*)", "probability": ([0-9.e-]+), "probabilities": .*/\1\t\2\t\3/' \
  "$work/objects" | cmp - <(tail -n +2 "$work/predicted") || fail "--json"
grep -q '"probabilities": {"0": [0-9.e-]*, "1": [0-9.e-]*}}$' "$work/objects" || fail "--json has no probabilities"

# What predict says is what eval counts.
right=$(paste <(tail -n +2 "$work/validation.tsv" | cut -f 2) <(tail -n +2 "$work/predicted" | cut -f 2) |
  awk '$1 == $2 { n++ } END { print n / NR }')
[ "$right" = "$(member accuracy "$json")" ] || fail "predictions are right in $right, eval says $(member accuracy "$json")"
"$ftbench" eval "$model" "$work/validation.tsv" > "$work/words"
grep -q "^accuracy  *$(printf %.4f "$right")$" "$work/words" || { cat "$work/words" >&2; fail "eval's words"; }
"$ftbench" tokenize "$model" 'a b' > "$work/out" || fail "a saved model has no tokenizer"

# Labels by name; numbers stand for them.
sed 's/\t0$/\tnein, danke/; s/\t1$/\tja/' "$work/train.tsv" > "$work/named-train.tsv"
sed 's/\t0$/\tnein, danke/; s/\t1$/\tja/' "$work/validation.tsv" > "$work/named-validation.tsv"
experiment letters-bert named-train.tsv named-validation.tsv named
"$ftbench" eval --json "$model" "$work/named-validation.tsv" > "$work/named.json"
grep -q '"classes": \[{"name": "ja", "rows": 10, .*{"name": "nein, danke", "rows": 10' "$work/named.json" || fail "names of classes"
sed 's/\tja$/\t0/; s/\tnein, danke$/\t1/' "$work/named-validation.tsv" > "$work/numbered.tsv"
"$ftbench" eval --json "$model" "$work/numbered.tsv" 2> "$work/err" | sed 's/numbered\.tsv/named-validation.tsv/' | cmp - "$work/named.json" ||
  fail "numbers of classes"
"$ftbench" eval "$model" "$work/numbered.tsv" 2>&1 > "$work/out" |
  grep -q "^ftbench: the file's labels are numbers of the model's classes: 0 is ja, 1 is nein, danke$" || fail "what numbers stand for"
"$ftbench" predict "$model" "$work/texts.tsv" | cut -f 2 | sort | uniq -c | grep -q 'ja\|nein, danke' || fail "names in predictions"

refuse 'eval: needs MODEL_DIR FILE' eval "$model"
refuse 'unknown option --thread; did you mean --threads' eval --thread 2 "$model" "$work/validation.tsv"
refuse '/none: does not exist; the folder of a model is needed .* hf download NAME --local-dir FOLDER' eval /none "$work/validation.tsv"
refuse "none.tsv: does not exist; a file of rows is needed" eval "$model" "$work/none.tsv"
refuse "a b c: does not exist; a file of rows is needed, or - for texts on standard input" predict "$model" "a b c"
refuse "$work/named: has no config.json .*; it is a folder of results: ftbench list '$work/named' names the models in it" \
  eval "$work/named" "$work/validation.tsv"
refuse "has no config.json .*; take a folder in it: $model\$" predict "$work/named/models" "$work/texts.tsv"
refuse "it is a folder of results: ftbench list" tokenize "$work/named" a
printf 'sentence\na b\n' > "$work/sentence.tsv"
sed 's/"text_column": "text"/"text_column": "words"/' "$model/config.json" > "$work/config.json"
cp -r "$model" "$work/worded"
cp "$work/config.json" "$work/worded/config.json"
refuse 'sentence.tsv:1: the first text is "sentence", .* "words" (--text-column, not given: the saved model was' predict "$work/worded" "$work/sentence.tsv"
printf '"a b"\n\xe4\xb8\xad\xe6\x96\x87\n' | "$ftbench" predict "$model" - > "$work/out" 2> "$work/err" || fail "unknown words"
grep -q '^ftbench: 1 of 2 texts are in quotes, the first in line 1; a .tsv has no quoting here' "$work/err" || fail "quotes are not told of"
grep -q "^ftbench: [0-9.]*% of the texts' tokens are \[UNK\]: the tokenizer's vocabulary" "$work/err" || fail "[UNK] is not told of"
printf 'text\tlabel\na b\tmaybe\nb\tja\n' > "$work/unknown.tsv"
refuse "unknown.tsv:2: the label \"maybe\" is none of the model's classes .* which are: ja, nein, danke" eval "$model" "$work/unknown.tsv"
: > "$work/empty.tsv"
refuse 'empty.tsv: no rows' eval "$model" "$work/empty.tsv"
refuse 'empty.tsv: no rows' predict "$model" "$work/empty.tsv"
refuse 'no column "sentence" (--text-column); .* and --header no$' eval --text-column sentence "$model" "$work/validation.tsv"
refuse 'no column "gold" (--label-column)' eval --label-column gold "$model" "$work/validation.tsv"
printf 'text\tlabel\na\tja\n \tja\n' > "$work/bad.tsv"
refuse 'bad.tsv: 1 bad row: line 3: the text is empty' predict "$model" "$work/bad.tsv"
refuse 'max_length 17 is more than the model.s 16 positions' eval --max-length 17 "$model" "$work/validation.tsv"
refuse "isa: 'sse'" eval --isa sse "$model" "$work/validation.tsv"
refuse 'letters-bert: has no weights' predict "$source/tests/fixtures/letters-bert" "$work/texts.tsv"
cp -r "$model" "$work/cut"
head -c 2000 "$model/model.safetensors" > "$work/cut/model.safetensors"
refuse 'model.safetensors: .*the file is cut off' predict "$work/cut" "$work/texts.tsv"
code=0
"$ftbench" predict "$model" "$work/texts.tsv" > /dev/full 2> "$work/err" || code=$?
[ $code = 2 ] || fail "a full disk ends with $code"

# Ctrl-C: what was answered stands there, whole lines, and the exit code says it.
awk 'BEGIN { for (i = 0; i < 400000; i++) print "a b c d e f g h a b c d e f" }' > "$work/many.tsv"
: > "$work/some"
"$ftbench" predict "$model" - < "$work/many.tsv" > "$work/some" 2> "$work/err" &
child=$!
while [ "$(wc -c < "$work/some")" -lt 1000 ]; do
  kill -0 $child 2> /dev/null || break
  sleep 0.05
done
kill -INT $child
code=0
wait $child || code=$?
[ $code = 130 ] || fail "interrupted, it ends with $code"
grep -q '^ftbench: interrupted after [0-9]* of 400000 rows$' "$work/err" || { cat "$work/err" >&2; fail "the interruption is not told of"; }
[ "$(awk -F '\t' 'NF != 3' "$work/some" | wc -l)" = 0 ] || fail "a line was cut"
echo "saved, evaluated, predicted"
