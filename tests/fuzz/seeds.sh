#!/usr/bin/env bash
# Writes the first inputs of a fuzz target, from fixtures, golden files and the examples of the documentation.
#   seeds.sh FORMAT FOLDER
set -euo pipefail
cd "$(dirname "$0")/../.."
format=$1
folder=$2
mkdir -p "$folder"
rm -f "$folder"/seed-*
golden=tests/golden

seed() { # standard input becomes the next seed
  cat > "$folder/seed-$(printf %02d "$(find "$folder" -name 'seed-*' | wc -l)")"
}

cut() { printf '\n%%%%\n'; }

# Files that an input stands for, each divided from the next; "-" is an empty one.
parts() {
  local file first=yes
  for file in "$@"; do
    [ $first = yes ] || cut
    first=no
    [ "$file" = - ] || cat "$file"
  done
}

lines() { # each line of standard input is a seed
  local line
  while IFS= read -r line; do printf '%s' "$line" | seed; done
}

# A piece of a SentencePiece model (piece_file.c) of fewer than 100 bytes: text, type; its score is -1.
piece() {
  local length
  length=$(printf %s "$1" | wc -c)
  printf "\\x0a\\x$(printf %02x $((length + 9)))\\x0a\\x$(printf %02x "$length")%s\\x15\\x00\\x00\\x80\\xbf\\x18\\x$(printf %02x "$2")" "$1"
}

case "$format" in
  safetensors)
    cat $golden/parity/bert-f16/expected.safetensors | seed
    printf '{}' | seed
    printf '{"__metadata__":{"format":"pt"},"w":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}}\n%%%%\n12345678' | seed
    printf '{"b":{"dtype":"BF16","shape":[],"data_offsets":[4,6]},"a":{"dtype":"F16","shape":[2],"data_offsets":[0,4]}} \n%%%%\n123456' | seed
    printf '{"e":{"dtype":"F64","shape":[0,3],"data_offsets":[0,0]},"i":{"dtype":"I64","shape":[1],"data_offsets":[0,8]},"f":{"dtype":"F4","shape":[2],"data_offsets":[8,9]}}\n%%%%\n123456789' | seed
    ;;
  weights_index)
    printf '{"metadata": {"total_size": 24}, "weight_map": {"embed": "a.safetensors", "bias": "a.safetensors", "head": "b.safetensors", "scale": "b.safetensors"}}' | seed
    printf '{"weight_map": {"embed": "a.safetensors", "bias": "a.safetensors"}}' | seed
    printf '{"weight_map": {"x": "../b.safetensors"}}' | seed
    ;;
  hf_config)
    for file in $golden/parity/*/config.json experiments/models/*/config.json tests/contract/models/*/config.json; do seed < "$file"; done
    printf '{"id2label": {"0": "bad", "1": "good"}, "task_specific_params": {"ftbench": {"max_length": 32, "text_column": "t", "text_pair_column": "", "label_column": "l"}}}' | seed
    printf '{"num_labels": 3}' | seed
    ;;
  wordpiece)
    printf 'ab b[SEP]a \303\251\344\270\200!\n%%%%\nB ab' | seed
    parts - - experiments/models/tiny-bert-zh/tokenizer_config.json - tests/fixtures/wordpiece/vocab.txt | seed
    printf 'a\n%%%%\nb\n%%%%\n{"do_lower_case": false, "added_tokens_decoder": {"0": {"content": "[PAD]"}}}\n%%%%\n{"[CLS]": 2}' | seed
    ;;
  sentencepiece)
    tokenizers=$golden/tokenizers
    bpe=$(mktemp) unigram=$(mktemp) letter=$(mktemp) text=$(mktemp)
    trap 'rm -f "$bpe" "$unigram" "$letter" "$text"' EXIT
    { piece '<unk>' 2; piece '<s>' 3; piece '</s>' 3; piece '▁a' 1; piece '▁' 1; piece a 1; piece ab 1; piece b 1; piece 一 4
      printf '\x12\x05\x18\x02\x98\x02\x01'; } > "$bpe"
    { piece '<unk>' 2; piece '<s>' 3; piece '</s>' 3; piece '▁a' 1; piece '▁' 1; piece b 1; piece ab 1; } > "$unigram"
    printf 'a b<s>ab \xff \360\237\230\200' > "$text"
    printf L > "$letter"
    parts "$letter" "$text" - - - - - "$bpe" | seed
    for name in sp_llama sp_llama_bare sp_llama_no_prefix; do
      parts "$letter" "$text" "$text" $tokenizers/$name/tokenizer_config.json - - - "$bpe" | seed
    done
    name=$tokenizers/sp_llama_legacy
    parts "$letter" "$text" "$text" $name/tokenizer_config.json - $name/special_tokens_map.json $name/added_tokens.json "$bpe" | seed
    printf l > "$letter"
    parts "$letter" "$text" "$text" $tokenizers/sp_llama/tokenizer_config.json - - - $tokenizers/sp_bpe.model | seed
    printf m > "$letter"
    name=$tokenizers/sp_mistral
    parts "$letter" "$text" "$text" $name/tokenizer_config.json $name/config.json - $name/tokenizer.json $tokenizers/sp_bpe.model | seed
    printf x > "$letter"
    parts "$letter" "$text" "$text" - - - - "$unigram" | seed
    parts "$letter" "$text" "$text" $tokenizers/sp_xlm_roberta/tokenizer_config.json $tokenizers/sp_xlm_roberta/config.json - - "$unigram" | seed
    parts "$letter" "$text" "$text" - $tokenizers/sp_camembert/config.json - - $tokenizers/sp_unigram.model | seed
    ;;
  tokenizer_json)
    tokenizers=$golden/tokenizers
    letter=$(mktemp) text=$(mktemp) small=$(mktemp)
    trap 'rm -f "$letter" "$text" "$small"' EXIT
    printf "a b<s>ab's 12 \n\xff \360\237\230\200" > "$text"
    printf J > "$letter"
    small_bpe() { # normalizer, pre-tokenizer, post-processor
      printf '{"added_tokens": [{"id": 259, "content": "<s>", "single_word": false, "lstrip": true, "rstrip": false, "normalized": false, "special": true}], "normalizer": %s, "pre_tokenizer": %s, "post_processor": %s, "decoder": null, "model": {"type": "BPE", "dropout": null, "unk_token": null, "continuing_subword_prefix": null, "end_of_word_suffix": null, "fuse_unk": false, "byte_fallback": false, "ignore_merges": false, "vocab": {@@, "ab": 256, "\u0120a": 257, "abb": 258}, "merges": ["a b", "\u0120 a", "ab b"]}}' "$1" "$2" "$3" > "$small"
      parts "$letter" "$text" "$text" - - - - "$small" | seed
    }
    level='{"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true}'
    split='{"type": "Sequence", "pretokenizers": [{"type": "Split", "pattern": {"Regex": "\\s+|[^\\s]b?"}, "behavior": "Isolated", "invert": false}, {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": false}]}'
    template='{"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}], "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}], "special_tokens": {"<s>": {"id": "<s>", "ids": [259], "tokens": ["<s>"]}}}'
    small_bpe null "$level" "$level"
    small_bpe '{"type": "NFC"}' "$split" "$template"
    printf j > "$letter"
    for name in bpe_splits bpe_llama3 wp_uncased wp_cased sp_json_llama sp_json_mistral sp_json_xlm_roberta; do
      parts "$letter" "$text" "$text" $tokenizers/$name/tokenizer_config.json - - - $tokenizers/$name/tokenizer.json | seed
    done
    printf w > "$letter"
    parts "$letter" "$text" "$text" - - - tests/fixtures/wordpiece/vocab.txt $tokenizers/wp_uncased/tokenizer.json | seed
    printf v > "$letter"
    name=$tokenizers/bpe_gpt2_files
    parts "$letter" "$text" "$text" $name/tokenizer_config.json - $name/added_tokens.json $name/merges.txt $name/vocab.json | seed
    ;;
  charsmap)
    # 98 units: the root's children begin at 0, a (0x61) has a leaf in unit 0x60, which is place 0 of the texts.
    { printf 'abca\314\201\n%%%%\n\x88\x01\x00\x00'; head -c 384 /dev/zero; printf '\x00\x00\x00\x80\x61\x05\x00\x00bb\x00'; } | seed
    ;;
  tables)
    printf 't\ntext\tlabel\ngood\t1\nbad\t0\n' | seed
    printf 'tn\na film\t1\nanother\t0\nthe third\t1\n' | seed
    printf 'tn12\na\tx\tb\nc\ty\td\n' | seed
    printf 'c\ntext,label\r\n"good, ""very""\nindeed",1\r\nbad,0\r\n' | seed
    printf 'cy2\n\357\273\277text,pair,label\na,b,1\nc,d,0\n' | seed
    printf 'j\n{"text": "a", "label": 1}\n\n{"label": "x", "text": "\\u4e00\\ud83d\\ude00"}\n' | seed
    printf 'tu\na film\nanother\n' | seed
    printf 'j2\n{"text": "a", "pair": "b", "label": true}\n' | seed
    ;;
  run_spec)
    grep '^{"ftbench_run_spec"' docs/protocol.md | lines
    sed -e 's/@THREADS@/2/; s/@MICRO_BATCH@/3/; s/@PADDING@/max/; s/@ISA@/portable/' tests/contract/spec.json | seed
    ;;
  protocol)
    grep -h '^{"event"' docs/protocol.md | lines
    grep -h '^{"trace"' docs/verify.md | lines
    printf '{"trace": "output", "key": "step.10.0", "op": "gelu_forward", "tensor": "layer 0 inner", "integers": false, "by_sample": true, "columns": 24, "values": [240, 216], "digests": "760b1ec3a3bfb363c22ce812ceac4909a5342d5b2d39af5784e0c2396de75fad"}' | seed
    ;;
  config)
    for file in tests/fixtures/ini/*.ini; do
      if [ "$(wc -c < "$file")" -lt 1500 ]; then sed -E 's/^(path *[=:]).*/\1 ./' "$file" | seed; fi
    done
    { sed -E 's/^(path *[=:]).*/\1 ./' tests/fixtures/ini/plain.ini; cut; printf 'training.batch_size=8'; cut; printf 'sweep.learning_rate=1e-3,2e-3'; } | seed
    ;;
  training_log)
    for file in tests/fixtures/logs/*.json* tests/fixtures/logs/*.csv; do seed < "$file"; done
    ;;
  *)
    echo "seeds.sh: no seeds for $format" >&2
    exit 2
    ;;
esac
