#!/usr/bin/env bash
# What computes, and what is said about it: ftbench devices, [run] device and arithmetic, on this machine as it is. With or
# without a GPU, with or without CUDA in the build: what devices says is what run, verify and eval do.
. "$(dirname "$0")/support.sh"

refused() { # expected text of the one line on stderr, then a command line that must end with 2
  local expected=$1 code=0
  shift
  "$@" > "$work/out" 2> "$work/err" || code=$?
  [ $code = 2 ] || { cat "$work/err" >&2; fail "$*: ended with $code"; }
  grep -qF -- "$expected" "$work/err" || { cat "$work/err" >&2; fail "$*: not said: $expected"; }
}
record() { # a fact about where the runs of $work/$1 were made
  sed -nE "s/^- \*\*$2\*\*: //p" "$work/$1/report.md" | tr -d '\\'
}

"$ftbench" devices > "$work/devices" 2> "$work/err" || fail "devices ended with $?"
[ ! -s "$work/err" ] || fail "devices says something on standard error"
grep -q '^cpu: usable: ..*, instructions .*portable$' "$work/devices" || fail "no line for the CPU"
auto=$(sed -nE 's/^device = auto is ([a-z0-9:]+).*/\1/p' "$work/devices")
reason=$(sed -nE 's/^device = auto is cpu: (.*)/\1/p' "$work/devices")
[ -n "$auto" ] || fail "what auto is is not said"
refused "devices" "$ftbench" devices all
[ "$("$ftbench" devices | tail -n 1)" = "$(tail -n 1 "$work/devices")" ] || fail "devices says two things"

write_experiment 1
sed -e 's/^repeats.*/repeats = 1/' -e '/^\[sweep\]/,$d' "$work/letters.ini" > "$work/one.ini"
"$ftbench" run "$work/one.ini" --output "$work/auto" > "$work/out" 2>&1 || { cat "$work/out" >&2; fail "auto does not run"; }
"$ftbench" run "$work/one.ini" --set run.device=cpu --output "$work/cpu" > "$work/out" 2>&1 || fail "cpu does not run"
same "$work/auto" "$work/cpu"
[ -z "$(record cpu 'why the CPU')" ] || fail "a CPU that was asked for has a reason"
[ "$(record cpu backend)" = cpu ] || fail "the CPU was asked for and not taken"
[ "$(record auto backend)" = "${auto%%:*}" ] || fail "auto took $(record auto backend), not $auto"
[ "$(record auto 'why the CPU')" = "$reason" ] || fail "the record does not say why the CPU was taken"

if [ "$auto" = cpu ]; then
  for device in cuda cuda:0 cuda:7; do
    refused "device = $device: " "$ftbench" run "$work/one.ini" --set run.device=$device --output "$work/gpu"
    refused "device = $device: " "$ftbench" verify "$work/cpu" --device $device
  done
  refused "device = cuda: $reason" "$ftbench" run "$work/one.ini" --set run.device=cuda --dry-run
  refused "arithmetic = fast needs CUDA: $reason" "$ftbench" run "$work/one.ini" --set training.arithmetic=fast \
    --output "$work/fast"
fi

# Fast arithmetic is CUDA's, which is known before anything runs.
refused "fast is computed by CUDA alone" "$ftbench" run "$work/one.ini" --set training.arithmetic=fast --set run.device=cpu \
  --output "$work/none"
refused "strict, fast" "$ftbench" run "$work/one.ini" --set training.arithmetic=quick --output "$work/none"
refused "cuda:N" "$ftbench" run "$work/one.ini" --set run.device=cuda:x --output "$work/none"
echo "ok"
