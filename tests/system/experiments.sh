#!/usr/bin/env bash
# Every shipped experiment is valid as it stands, and each of its settings has at least 8 evaluations besides that of
# step 0: fewer are no curve to judge.
. "$(dirname "$0")/support.sh"
for ini in "$source"/experiments/*.ini; do
  "$ftbench" run "$ini" --dry-run --output "$work/$(basename "$ini" .ini)" > "$work/plan" 2> "$work/err" ||
    { cat "$work/err" >&2; fail "$ini: exit code $?"; }
  awk -F '  +|\t' -v ini="$(basename "$ini")" '
    /^setting/ { for (i = 1; i <= NF; i++) if ($i == "evaluations") column = i; next }
    /^run/ { exit }
    column && NF >= column { settings++; if ($column < 9) { print ini ": " $1 " has only " $column " evaluations"; bad = 1 } }
    END { if (!settings) { print ini ": no settings were found in the plan"; bad = 1 } exit bad }' "$work/plan" ||
    fail "too few evaluations"
done
echo "all shipped experiments are whole"
