#!/usr/bin/env bash
# reports/examples/README.md says what the samples beside it say, every shipped experiment has one, and README.md links each.
. "$(dirname "$0")/../system/support.sh"
"$source/ci/examples_index" | diff "$source/reports/examples/README.md" - >&2 || fail "reports/examples/README.md is not of these samples"
for ini in "$source"/experiments/*.ini; do
  name=$(basename "$ini" .ini)
  grep -q "($name/report.md)" "$source/reports/examples/README.md" || fail "$name is not in reports/examples/README.md"
  grep -q "(reports/examples/$name/report.md)" "$source/README.md" || fail "README.md has no link to the sample report of $name"
done
