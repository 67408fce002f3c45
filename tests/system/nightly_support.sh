# Shared by the tests of ci/nightly: `. nightly_support.sh BUILD_FOLDER SOURCE_FOLDER`, which is support.sh with a night of the
# letters, $work/letters.ini, kept in $work/nights. What a night said is in $work/out and $work/err.
. "$(dirname "$0")/support.sh"
export FTBENCH_PROGRAM=$ftbench FTBENCH_NIGHTLY=$work/nights
export FTBENCH_NIGHTLY_INI=$work/letters.ini
unset GITHUB_ACTIONS GITHUB_STEP_SUMMARY FTBENCH_NIGHTLY_OPTIONS FTBENCH_NIGHTLY_BASELINES FTBENCH_NIGHTLY_KEEP

# No answer may depend on how busy the machine is: step times are allowed anything.
night() { # expected exit code, then options
  local code=0
  while [ -e "$FTBENCH_NIGHTLY/$(date -u +%Y-%m-%dT%H%M%SZ)" ]; do sleep 0.1; done # a night is named by its second
  FTBENCH_NIGHTLY_OPTIONS="--time-margin=100000 ${FTBENCH_NIGHTLY_OPTIONS:-}" "$source/ci/nightly" "${@:2}" > "$work/out" 2> "$work/err" || code=$?
  if [ $code != "$1" ]; then
    cat "$work/out" "$work/err" >&2
    fail "ci/nightly ${*:2} ended with $code, not $1"
  fi
}
says() { # file, text
  grep -qF -- "$2" "$1" || { cat "$1" >&2; fail "'$2' is not in $1"; }
}
count_nights() { find "$FTBENCH_NIGHTLY" -maxdepth 1 -name '20*Z' | wc -l; }
