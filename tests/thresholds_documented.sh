#!/usr/bin/env bash
# docs/diagnose.md has the thresholds that the classification of loss curves uses: the same names, the same values.
#   thresholds_documented.sh SOURCE
set -euo pipefail
code=$(sed -nE 's/^ *\.([a-z_]+) = (-?[0-9.]+),$/\1 \2/p' "$1/harness/diagnose/thresholds.c" | sort)
documented=$(sed -nE '/^## Thresholds/,/^## /s/^\| `([a-z_]+)` \| (-?[0-9.]+) \|.*/\1 \2/p' "$1/docs/diagnose.md" | sort)
[ "$(wc -l <<< "$code")" -ge 10 ] || { echo "no thresholds found in thresholds.c"; exit 1; }
diff <(echo "$code") <(echo "$documented") || { echo "docs/diagnose.md and thresholds.c differ"; exit 1; }
