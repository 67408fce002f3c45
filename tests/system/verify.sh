#!/usr/bin/env bash
# ftbench verify and diff: stored runs reproduce whatever is changed that decides no bit; one flipped bit is found in its
# step, operation, tensor and element, whichever operation it is in; what cannot be compared is refused in one line.
. "$(dirname "$0")/support.sh"
write_experiment 3
sed -i 's/^repeats = .*/repeats = 1/; s/^eval_steps = .*/eval_steps = 5/; s/^learning_rate = .*/learning_rate = 1e-2, 3e-2/' \
  "$work/letters.ini"
sed 's/letters-bert/letters-llama/' "$work/letters.ini" > "$work/llama.ini"
"$ftbench" run "$work/letters.ini" --output "$work/bert" > "$work/out" 2>&1 || fail "run: $(cat "$work/out")"
"$ftbench" run "$work/llama.ini" --output "$work/llama" > "$work/out" 2>&1 || fail "run: $(cat "$work/out")"
mkdir "$work/letters-distilbert"
cp "$source/tests/fixtures/letters-bert/vocab.txt" "$work/letters-distilbert"
cat > "$work/letters-distilbert/config.json" <<'JSON'
{"model_type": "distilbert", "vocab_size": 16, "dim": 12, "n_layers": 2, "n_heads": 3, "hidden_dim": 24,
 "max_position_embeddings": 16, "activation": "relu", "initializer_range": 0.1, "pad_token_id": 0}
JSON
sed "s|^path = .*|path = $work/letters-distilbert|" "$work/letters.ini" > "$work/distilbert.ini"
"$ftbench" run "$work/distilbert.ini" --output "$work/distilbert" > "$work/out" 2>&1 || fail "run: $(cat "$work/out")"
bert=$("$ftbench" list "$work/bert" | sed -n 2p | cut -f 1)
llama=$("$ftbench" list "$work/llama" | sed -n 2p | cut -f 1)
distilbert=$("$ftbench" list "$work/distilbert" | sed -n 2p | cut -f 1)

expect() { # exit code, words on stdout or stderr, command...
  local code=0
  "${@:3}" > "$work/out" 2> "$work/err" || code=$?
  [ "$code" = "$1" ] || { cat "$work/out" "$work/err" >&2; fail "exit code $code, expected $1: ${*:3}"; }
  grep -qE -- "$2" "$work/out" "$work/err" ||
    { cat "$work/out" "$work/err" >&2; fail "nowhere \"$2\": ${*:3}"; }
}

# What decides no bit.
expect 0 '^2 equal, 0 different, 0 not done' "$ftbench" verify "$work/bert"
expect 0 '24 steps, 6 evaluations: equal' "$ftbench" verify "$work/bert" --threads 3 --isa scalar --padding max --micro-batch 4
expect 0 '^2 equal' "$ftbench" verify "$work/llama" --isa portable --padding longest --micro-batch 1 --device cpu
expect 0 '^1 equal' "$ftbench" verify "$work/llama" --runs 1 --micro-batch 1000 --threads 2
expect 0 '^2 equal' "$ftbench" verify "$work/bert" --gradient-checkpointing yes --micro-batch 4
expect 0 '^1 equal' "$ftbench" verify "$work/llama" --runs 1 --gradient-checkpointing yes --padding max
expect 0 ' 7 steps, 2 evaluations: equal' "$ftbench" verify "$work/bert" --steps 7 --micro-batch 5
[ "$(wc -l < "$work/out")" = 3 ] || fail "a line for each run and a last one were expected"

# One fault at a time: model, step, operation, call, output, element, bit; where it must be found: tensor, element there.
# The elements are ones on which later values depend: of the token that is pooled (the first in encoders, the last in Llama),
# not dropped out, not zero where the bit is low.
found=0 injected=0
check_fault() {
  local model=$1 step=$2 op=$3 call=$4 output=$5 element=$6 bit=$7 tensor=$8 at=$9 run=${!1} code=0
  local spec="step=$step,op=$op,call=$call,output=$output,element=$element,bit=$bit"
  injected=$((injected + 1))
  "$ftbench" verify "$work/$model" --run "$run" --fault "$spec" "${@:10}" > "$work/out" 2> "$work/err" || code=$?
  local line words
  line=$(grep -F "DIFFERENT at step $step: $op, $tensor, element $at" "$work/out" || true)
  words=($(grep -oE '\([0-9a-f]{8}\)' "$work/out" | tr -d '()' || true))
  if [ $code = 1 ] && [ -n "$line" ] && [ ${#words[@]} = 2 ] && [ $((0x${words[0]} ^ 0x${words[1]})) = $((1 << bit)) ]; then
    found=$((found + 1))
  else
    echo "not found: $model $spec, expected $tensor, element $at" >&2
    cat "$work/out" "$work/err" >&2
  fi
}
while IFS='|' read -r model step op call output element bit tensor at; do
  check_fault "$model" "$step" "$op" "$call" "$output" "$element" "$bit" "$tensor" "$at"
done <<'FAULTS'
bert|1|embedding_forward|1|0|5|22|embeddings|5
bert|2|layernorm_forward|1|0|30|20|hidden|30
bert|3|layernorm_forward|1|1|2|22|mean of the embeddings|2
bert|3|layernorm_forward|3|2|1|21|layer 0 rstd2|1
bert|4|dropout|1|0|14|31|hidden|14
bert|5|linear_forward|1|0|40|20|layer 0 qkv|40
bert|6|linear_forward|8|0|3|19|layer 1 sum2|3
bert|7|linear_forward|10|0|1|12|logits|1
bert|8|attention_forward|1|0|7|23|layer 0 probabilities|7
bert|9|attention_forward|2|1|4|31|layer 1 context|4
bert|10|add|2|0|20|21|layer 0 sum2|20
bert|11|gelu_forward|2|0|17|5|layer 1 inner|17
bert|12|gelu_forward|1|0|17|30|layer 0 inner|17
bert|13|gather|1|0|13|20|gathered|13
bert|14|tanh_forward|1|0|26|31|pooled|26
bert|15|cross_entropy|1|0|2|23|losses|2
bert|16|cross_entropy|1|1|3|15|gradient of logits|3
bert|17|linear_backward_weight|1|0|8|10|gradient of classifier.weight|8
bert|18|linear_backward_weight|6|0|150|22|gradient of bert.encoder.layer.1.attention.self.key.weight|6
bert|19|linear_backward_weight|10|1|3|31|gradient of bert.encoder.layer.0.attention.self.query.bias|3
bert|20|linear_backward_input|2|0|5|21|gradient of gathered|5
bert|21|linear_backward_input|4|0|2|23|layer 1 gradient of hidden|2
bert|22|tanh_backward|1|0|7|31|gradient of pooled|7
bert|23|scatter|1|0|3|22|gradient of hidden|3
bert|24|layernorm_backward|1|0|6|20|layer 1 gradient of hidden|6
bert|2|layernorm_backward_weight|5|0|9|21|gradient of bert.embeddings.LayerNorm.weight|9
bert|4|gelu_backward|2|0|11|24|layer 0 gradient of inner|11
bert|6|attention_backward|1|1|6|22|layer 1 gradient of qkv, keys|6
bert|8|attention_backward|2|2|8|31|layer 0 gradient of qkv, values|8
bert|10|dropout|10|0|5|23|layer 0 gradient of branch|5
bert|12|embedding_backward|2|0|13|22|gradient of bert.embeddings.position_embeddings.weight|13
bert|14|sum_squares|1|0|40|18|sum of squares of the gradient of classifier.bias|0
bert|16|adamw|1|0|70|0|bert.embeddings.word_embeddings.weight|70
bert|18|adamw|6|1|2|9|first moment of bert.encoder.layer.0.attention.self.query.weight|2
bert|20|adamw|41|2|1|12|second moment of classifier.bias|1
bert|0|gelu_forward|1|0|17|25|layer 0 inner|17
bert|10|linear_forward|20|0|4|14|logits|4
llama|1|embedding_forward|1|0|8|22|hidden|8
llama|3|rmsnorm_forward|1|0|9|21|layer 0 norm1|9
llama|5|rmsnorm_forward|5|1|2|20|rstd of pooled|2
llama|7|rope|1|0|14|22|layer 0 qkv, queries|14
llama|9|rope|2|0|7|31|layer 0 qkv, keys|7
llama|11|attention_forward|1|0|0|22|layer 0 probabilities|0
llama|13|swiglu_forward|1|0|33|23|layer 0 inner|33
llama|15|swiglu_backward|2|0|25|22|layer 0 gradient of up|25
llama|17|rmsnorm_backward|3|0|2|31|layer 1 gradient of hidden|2
llama|19|rmsnorm_backward_weight|1|0|4|16|gradient of model.norm.weight|4
llama|21|rope|6|0|5|22|layer 1 gradient of qkv, keys|5
llama|22|linear_backward_weight|3|0|250|20|gradient of model.layers.1.mlp.up_proj.weight|10
llama|23|embedding_backward|1|0|100|23|gradient of model.embed_tokens.weight|100
llama|24|adamw|2|0|9|2|model.layers.0.self_attn.q_proj.weight|9
distilbert|3|relu_forward|1|0|20|22|layer 0 inner|20
distilbert|5|relu_forward|3|0|3|21|pooled|3
distilbert|7|relu_backward|1|0|3|30|gradient of pooled|3
distilbert|9|relu_backward|2|0|20|30|layer 1 gradient of inner|20
distilbert|11|linear_backward_weight|2|0|5|30|gradient of pre_classifier.weight|5
FAULTS
# The re-run cut into passes of two samples: the third pass has samples 4 and 5, wherever padding puts them, and whether or
# not layers are computed again, which nobody counts.
for again in no yes; do
  injected=$((injected + 1))
  "$ftbench" verify "$work/bert" --run "$bert" --fault step=7,op=gelu_forward,call=5,element=17,bit=20 --micro-batch 2 \
    --padding max --isa portable --gradient-checkpointing "$again" > "$work/out" || true
  if grep -qE 'step 7: gelu_forward, layer 0 inner, element [0-9]+ \(sample 4, token 0, column 17\)' "$work/out"; then
    found=$((found + 1))
  else
    cat "$work/out" >&2
  fi
done
echo "$found of $injected faults found exactly"
[ "$found" = "$injected" ] || fail "$found of $injected faults were found exactly"

# An element that is dropped out again changes nothing: no difference is made up.
expect 0 '^1 equal' "$ftbench" verify "$work/bert" --run "$bert" \
  --fault step=14,op=tanh_forward,call=1,output=0,element=25,bit=31
# A fault that never comes to pass is said, not passed over.
expect 2 'fault did not come to pass: step 7 has no call 99' "$ftbench" verify "$work/bert" --run "$bert" \
  --fault step=7,op=gelu_forward,call=99,element=17,bit=20

# A store that this machine does not reproduce: here its own runs had a fault.
FTBENCH_FAULT=step=7,op=gelu_forward,call=2,element=17,bit=20 "$ftbench" run "$work/letters.ini" --output "$work/faulty" \
  > /dev/null 2>&1 || fail "run with a fault: $?"
expect 1 'DIFFERENT at step 7: .*store does not reproduce itself .* step 7 is the first' "$ftbench" verify "$work/faulty"
expect 1 'DIFFERENT at step 7: .*B does not reproduce itself' "$ftbench" diff "$work/bert" "$work/faulty"

# diff: equal folders, equal runs, and where two different runs part.
"$ftbench" run "$work/letters.ini" --output "$work/again" --set run.isa=portable --set run.micro_batch=2 > /dev/null 2>&1
expect 0 '^2 equal, 0 different' "$ftbench" diff "$work/bert" "$work/again"
expect 0 '24 steps, 6 evaluations: equal' "$ftbench" diff "$work/bert:$bert" "$work/again/${bert:0:6}"
other=$("$ftbench" list "$work/bert" | sed -n 3p | cut -f 1)
expect 1 'A .*learning_rate=1e-2.* B .*learning_rate=3e-2.*step 1: host, scalars of the update, element 5: A 0.1 ' \
  "$ftbench" diff "$work/bert:$bert" "$work/bert:$other"
varied() { # folder, a setting: the run with that changed, beside $bert
  "$ftbench" run "$work/letters.ini" --output "$work/$1" --set sweep.learning_rate=1e-2 --set "$2" > /dev/null 2>&1
}
varied seeds experiment.seed=8
expect 1 'step 0: start, bert.embeddings.word_embeddings.weight, element 12 \(row 1, column 0\): A .*, B ' \
  "$ftbench" diff "$work/bert" "$work/seeds"
varied rows data.split_seed=43
expect 1 'step 0: not alike: batch, token ids of .* beside batch, token ids of' "$ftbench" diff "$work/bert" "$work/rows"
varied dropout training.dropout=0.3
expect 1 'step 1: dropout, hidden, element [0-9]+ .*: A .* B ' "$ftbench" diff "$work/bert" "$work/dropout"

# What is not done is skipped and said; nothing to compare is no success.
synthetic=$build/bin/ftbench-synthetic
FTBENCH_SYNTHETIC=crash_at=3 "$ftbench" run "$work/letters.ini" --output "$work/crashed" \
  --set "run.trainer=$synthetic" > /dev/null 2>&1 || true
expect 2 'crashed, skipped' "$ftbench" verify "$work/crashed"
# A trainer that cannot trace: the step is named, and why no more.
"$ftbench" run "$work/letters.ini" --output "$work/foreign" --set "run.trainer=$synthetic" > /dev/null 2>&1
expect 0 '^2 equal' "$ftbench" verify "$work/foreign"
FTBENCH_SYNTHETIC=shape=stalled expect 1 'DIFFERENT at step [0-9]+: .*ftbench-synthetic gives no trace' "$ftbench" verify "$work/foreign"

# Refused in one line.
refused() {
  expect 2 "$@"
  [ "$(wc -l < "$work/err")" = 1 ] || { cat "$work/err" >&2; fail "one line was expected: ${*:2}"; }
}
refused "--isa: 'sse9'" "$ftbench" verify "$work/bert" --isa sse9
refused "--padding: 'some'" "$ftbench" verify "$work/bert" --padding some
refused "cuda" "$ftbench" verify "$work/bert" --device cuda
refused "--steps: 'all'" "$ftbench" verify "$work/bert" --steps all
refused 'no operation .nothing.' "$ftbench" verify "$work/bert" --fault step=1,op=nothing,element=0,bit=0
refused "bit: '32'" "$ftbench" verify "$work/bert" --fault step=1,op=add,element=0,bit=32
refused 'no run of .* starts with' "$ftbench" verify "$work/bert" --run zzz
refused 'nowhere' "$ftbench" verify "$work/nowhere"
refused 'neither a folder of results nor one run' "$ftbench" diff "$work/bert" nowhere
cp "$source/tests/fixtures/letters.tsv" "$work/letters.tsv"
"$ftbench" run "$work/letters.ini" --output "$work/changed" --set "data.train=$work/letters.tsv" > /dev/null 2>&1
sed -i '$d' "$work/letters.tsv"
refused 'letters.tsv: has changed since the run was planned' "$ftbench" verify "$work/changed"
code=0
FTBENCH_FAULT=here "$build/bin/ftbench-trainer" run < /dev/null > "$work/out" 2> "$work/err" || code=$?
[ $code = 2 ] && grep -q "fault: 'here' is not understood" "$work/err" || fail "a malformed FTBENCH_FAULT was not refused"
echo "all that verify and diff say is so"
