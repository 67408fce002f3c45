#!/usr/bin/env bash
# The sample reports in reports/examples are what their experiments give today, on this machine: the same runs.csv and
# summary.json, byte by byte. `ci/examples` makes them again when a change is meant.
. "$(dirname "$0")/support.sh"
found=0
for sample in "$source"/reports/examples/*/; do
  name=$(basename "$sample")
  "$ftbench" run "$source/experiments/$name.ini" --output "$work/$name" > "$work/out" 2>&1 ||
    { cat "$work/out" >&2; fail "experiments/$name.ini"; }
  same "$sample" "$work/$name"
  found=$((found + 1))
done
[ "$found" -gt 0 ] || fail "no sample reports in reports/examples"
echo "$found sample reports are what their experiments give"
