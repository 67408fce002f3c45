#!/usr/bin/env bash
# A dictionary for libFuzzer: the words of the code that reads a format, so that it keeps step with the code.
#   dictionary.sh FORMAT
set -euo pipefail
cd "$(dirname "$0")/../.."
case "$1" in
  safetensors) sources="trainer/weights/safetensors*.c" ;;
  weights_index) sources="trainer/weights/weights_f*.[ch]" ;;
  hf_config) sources="trainer/model/*config*.c trainer/model/model_labels.c trainer/saved_settings.c" ;;
  wordpiece) sources="trainer/text/tokenizer_config.c trainer/text/wordpiece.c trainer/text/vocabulary.c trainer/text/folder_json.c" ;;
  sentencepiece) sources="trainer/text/sentencepiece*.c trainer/text/folder_json.c" ;;
  charsmap) sources=trainer/text/charsmap.c ;;
  tokenizer_json) sources="trainer/text/*.c" ;;
  tables) sources="trainer/data/grid*.c trainer/data/columns.c" ;;
  run_spec) sources="trainer/spec/run_spec.c trainer/spec/key*.c" ;;
  protocol) sources="trainer/spec/observation.c trainer/spec/trace_line.c trainer/spec/operation.c trainer/spec/wire*.c" ;;
  config) sources="harness/plan/*.c trainer/spec/key*.c" ;;
  training_log) sources="harness/logs/*.c" ;;
  *) echo "dictionary.sh: $1 has no words" >&2; exit 2 ;;
esac
# Bytes beyond ASCII are what a dictionary may not have as they are.
words=$(grep -hv '^#include' $sources | { grep -oE '"[^"\\ %]{1,40}"' || true; } | { LC_ALL=C grep -v '[^ -~]' || true; } | sort -u)
if [ -n "$words" ]; then echo "$words"; fi
# The same in quotes, as JSON has them; then the line that divides an input, and what is odd in JSON.
sed -nE 's/^"(.*)"$/"\\"\1\\""/p' <<< "$words"
printf '%s\n' '"\x0a%%\x0a"' '"\\u0000"' '"[["' '"{\"\":"' '"null"' '"true"' '"-1"' '"1e999"' '"9223372036854775807"' '"18446744073709551616"'
