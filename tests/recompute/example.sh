#!/usr/bin/env bash
# A shipped experiment, run anew, gives the committed sample of it in reports/examples, byte by byte (ci/sample says what of a
# report is left out, because it speaks of the machine); and every number of the sample follows from the new store.
# `ci/examples` makes the samples again when a change is meant.
#   example.sh BUILD_FOLDER SOURCE_FOLDER NAME
. "$(dirname "$0")/../system/support.sh"
name=$3
sample=$source/reports/examples/$name
[ -f "$sample/report.md" ] || fail "experiments/$name.ini has no sample report: ci/examples $name"
"$ftbench" run "$source/experiments/$name.ini" --output "$work/run" --jobs 1 > "$work/out" 2>&1 ||
  { cat "$work/out" >&2; fail "experiments/$name.ini"; }
"$source/ci/sample" "$work/run" "$work/sample"
same "$sample" "$work/sample"
if command -v gnuplot > /dev/null; then # a report without figures says so
  diff "$sample/report.md" "$work/sample/report.md" >&2 || fail "report.md of $name is not what its experiment gives: ci/examples $name"
fi
# it keeps what it reads until its end: no leak
ASAN_OPTIONS=${ASAN_OPTIONS:-}:detect_leaks=0 "$build/tests/recompute/recompute" --mutants 29 "$work/run/ftbench.sqlite" "$sample"
