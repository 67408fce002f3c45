#!/usr/bin/env bash
# A shipped experiment, run anew, gives the committed sample of it in reports/examples, byte by byte (ci/sample says what of a
# report is left out, because it speaks of the machine); and every number of the sample follows from the new store. Pictures are
# compared as bytes where this machine's gnuplot is the one that made them; what they show is held to the store everywhere.
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
anew="not what its experiment gives: ci/examples $name"
if command -v gnuplot > /dev/null; then # a report without figures says so, and has no scripts
  diff "$sample/report.md" "$work/sample/report.md" >&2 || fail "report.md of $name is $anew"
  diff -r --exclude='*.svg' "$sample/figures" "$work/sample/figures" >&2 || fail "a script of $name's figures is $anew"
  maker=$(gnuplot --version | sed 's/gnuplot/GNUPLOT/') compared=0
  for picture in "$sample"/figures/*.svg; do
    grep -qF "Produced by $maker " "$picture" || continue
    cmp "$picture" "$work/sample/figures/${picture##*/}" >&2 || fail "figures/${picture##*/} of $name is $anew"
    compared=$((compared + 1))
  done
  echo "$compared pictures of $name were made by this $maker: they have the same bytes"
fi
# it keeps what it reads until its end: no leak
ASAN_OPTIONS=${ASAN_OPTIONS:-}:detect_leaks=0 "$build/tests/recompute/recompute" --mutants 29 "$work/run/ftbench.sqlite" "$sample"
