#!/usr/bin/env bash
# Ctrl-C stops cleanly with exit code 130, and prints the command that goes on; that command finishes the work.
. "$(dirname "$0")/support.sh"
write_experiment 150
"$ftbench" run "$work/letters.ini" --output "$work/whole" --jobs 1 > /dev/null 2>&1
(
  trap - INT # a background job of a script ignores SIGINT unless told otherwise
  exec env --default-signal=INT "$ftbench" run "$work/letters.ini" --output "$work/cut in two" --jobs 1
) > "$work/out" 2> "$work/err" &
pid=$!
for _ in $(seq 300); do
  "$ftbench" list "$work/cut in two" 2>/dev/null | grep -q 'done' && break
  sleep 0.02
done
kill -INT $pid
code=0
wait $pid || code=$?
[ $code = 130 ] || { cat "$work/err" >&2; fail "exit code $code, expected 130"; }
command=$(grep -oE "(ftbench|[^ ]*/ftbench) run .*" "$work/err" | tail -n 1)
[ -n "$command" ] || { cat "$work/err" >&2; fail "no command that resumes was printed"; }
PATH=$build/bin:$PATH bash -c "$command" > /dev/null 2>&1 || fail "the printed command ended with $?: $command"
same "$work/whole" "$work/cut in two"
echo "went on with: $command"
