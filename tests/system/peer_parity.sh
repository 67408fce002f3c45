#!/usr/bin/env bash
# ci/peer_parity says in one line what it lacks. Where PEER_PYTHON names a Python with torch and transformers, also: that a small
# model keeps part A's promise, and that a trainer which learns a little faster than it was told to breaks it.
. "$(dirname "$0")/support.sh"
unset FTBENCH_TRAINER
code=0
PEER_PYTHON=false "$source/ci/peer_parity" "$work" "$work" > "$work/out" 2> "$work/err" || code=$?
[ $code = 2 ] || fail "without torch the exit code is $code"
[ "$(wc -l < "$work/err")" = 1 ] || fail "without torch more than a line is said"
grep -q 'PEER_PYTHON names a Python' "$work/err" || fail "without torch: $(cat "$work/err")"

if [ -z "${PEER_PYTHON:-}" ]; then
  echo "skipped: the comparison itself, as PEER_PYTHON names no Python with torch and transformers"
  exit 0
fi
mkdir "$work/data"
cp "$source/tests/golden/parity/samples.tsv" "$work/data/train.tsv"
cp "$source/tests/golden/parity/samples.tsv" "$work/data/dev.tsv"
compare() { # the trainer
  FTBENCH_TRAINER=$1 "$source/ci/peer_parity" "$source/tests/golden/parity/bert" "$work/data" --part A --epochs 4 \
    --max-length 24 --learning-rate 1e-3 --threads 1 > "$work/out" 2>&1
}
compare "$build/bin/ftbench-trainer" || { cat "$work/out" >&2; fail "a small model breaks part A"; }
cat > "$work/faster" <<SCRIPT
#!/bin/sh
[ \$# = 0 ] || exec "$build/bin/ftbench-trainer" "\$@"
sed 's/"training.learning_rate": 0.001/"training.learning_rate": 0.0011/' | "$build/bin/ftbench-trainer"
SCRIPT
chmod +x "$work/faster"
if compare "$work/faster"; then fail "a trainer that does not as it is told keeps part A"; fi
grep -q '^  BROKEN' "$work/out" || { cat "$work/out" >&2; fail "it is not said what is broken"; }
