#!/usr/bin/env bash
# The ids of texts: frames, pairs, cuts, files and pipes, bytes that are not UTF-8, and what is refused.
. "$(dirname "$0")/support.sh"
model=$source/tests/fixtures/letters-bert # [CLS] is 2, [SEP] 3, [UNK] 1, a to e 5 to 9

ids() { # expected lines, then the command line
  local expected=$1
  shift
  "$ftbench" tokenize "$@" > "$work/out" 2> "$work/err" || { cat "$work/err" >&2; fail "tokenize $* ended with $?"; }
  [ "$(cat "$work/out"; echo .)" = "$(printf '%b.' "$expected")" ] ||
    { cat "$work/out" >&2; fail "tokenize $*: not $expected"; }
}
refuse() { # expected text, then the command line
  local expected=$1 code=0
  shift
  "$ftbench" tokenize "$@" > "$work/out" 2> "$work/err" || code=$?
  [ $code = 2 ] || fail "tokenize $*: ended with $code"
  if ! grep -q "^ftbench: $expected" "$work/err" || [ "$(wc -l < "$work/err")" != 1 ]; then
    cat "$work/err" >&2; fail "tokenize $*: not said: $expected"
  fi
}

ids '2 5 6 3\n2 3\n2 1 3\n' "$model" "a b" "" "x"
[ ! -s "$work/err" ] || fail "something is said of good texts"
ids '5 6\n\n' --no-special-tokens "$model" "a b" ""
ids '2 5 6 3\n' --max-length 4 "$model" "a b c d"
ids '2 5 3 6 7 3\n2 3 8 3\n' --pair "$model" a "b c" "" d
ids '2 1 1 1 3\n' "$model" -- "--max"
printf 'a b\r\n\nx\xff a' > "$work/texts"
for file in "$work/texts" -; do
  ids '2 5 6 3\n2 3\n2 1 5 3\n' --file "$file" "$model" < "$work/texts"
  [ "$(cat "$work/err")" = 'ftbench: text 3: invalid UTF-8, each wrong byte is taken as U+FFFD' ] ||
    { cat "$work/err" >&2; fail "replaced bytes are not reported"; }
done
printf 'a\tb\n' | "$ftbench" tokenize --pair --file - "$model" > "$work/out"
[ "$(cat "$work/out")" = '2 5 3 6 3' ] || fail "pairs of a file"

# Nothing but the tokenizer is needed, and a reader may have enough.
mkdir "$work/tokenizer"
cp "$model/vocab.txt" "$work/tokenizer"
awk 'BEGIN { for (i = 0; i < 300000; i++) print "a" }' > "$work/many"
{ "$ftbench" tokenize --file - "$work/tokenizer" < "$work/many" 2> "$work/err" || true; } | head -1 > "$work/out"
[ "$(cat "$work/out")" = '2 5 3' ] || fail "a long pipe"
[ ! -s "$work/err" ] || fail "a reader that has enough is complained of"

refuse 'tokenize: needs MODEL_DIR' 
refuse 'tokenize: needs, after the folder, either texts or --file FILE' "$model"
refuse 'tokenize: needs, after the folder, either texts or --file FILE' "$model" --file "$work/texts" a
refuse "tokenize: --pair takes texts by twos; 'c' is left over" --pair "$model" a b c
refuse 'standard input:1: no tab' --pair --file - "$model" < "$work/texts"
refuse "--max-length: '2' is not a whole number >= 3" --max-length 2 "$model" a
refuse 'tokenize: unknown option --max-lenght; did you mean --max-length' --max-lenght 4 "$model" a
refuse '/none: does not exist; the folder of a model is needed' /none a
mkdir -p "$work/models--tiny/snapshots"
cp -r "$model" "$work/models--tiny/snapshots/0a1b"
refuse ".*merges.txt is needed; take a folder in it: $work/models--tiny/snapshots/0a1b" "$work/models--tiny" a
refuse "$work: no tokenizer" "$work" a
refuse '/none: cannot be opened' "$model" --file /none
refuse "$work: is a folder" "$model" --file "$work"
FTBENCH_TRAINER=/none refuse 'FTBENCH_TRAINER: /none does not exist' "$model" a
code=0
"$ftbench" tokenize "$model" a > /dev/full 2> "$work/err" || code=$?
[ $code = 2 ] || fail "a full disk ends with $code"
grep -q '^ftbench: standard output: No space left' "$work/err" || fail "a full disk is not told of"
echo "ids, pairs, pipes, refusals"
