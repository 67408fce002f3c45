#!/usr/bin/env bash
# What can go wrong with a GPU, asked of the CUDA on the CPU (tests/cuda_shim/shim.h) while the whole trainer runs: each call
# that fails, at several places, is one clear line on standard error, exit code 1 and an end line with the same reason;
# steps that were computed are those of a run that did not fail; nothing leaks. Without a driver, with an old one, with its
# stub and without a GPU, device = cuda says which it is and device = auto computes on the CPU.
. "$(dirname "$0")/support.sh"
. "$source/tests/contract/support.sh" # a small experiment
trainer=$build/tests/ftbench-trainer-shim-address # with the address sanitizer, which looks for leaks
[ -x "$trainer" ] || trainer=$build/tests/ftbench-trainer-shim

write_run() { # device
  read_cell threads=1 isa=auto cut=uneven padding=none layers=kept
  write_spec llama | sed -e "s|\"run.device\": \"cpu\"|\"run.device\": \"$1\"|" -e 's|"training.epochs": 2.3|"training.epochs": 1|' > "$work/$1"
}
steps() { sed -n '/"event": "step"/p' "$1"; }
run_with() { # device, NAME=value of the shim, or nothing
  code=0
  env ${2:+FTBENCH_SHIM_$2} "$trainer" run < "$work/$1" > "$work/out" 2> "$work/err" || code=$?
}
fails() { # device, NAME=value, what the one line says
  run_with "$1" "$2"
  [ $code = 1 ] || { cat "$work/err" >&2; fail "$2: ended with $code"; }
  [ "$(wc -l < "$work/err")" = 1 ] || { cat "$work/err" >&2; fail "$2: not one line on standard error"; }
  grep -qE -- "^ftbench-trainer[a-z-]*: .*$3" "$work/err" || { cat "$work/err" >&2; fail "$2: not said: $3"; }
  tail -n 1 "$work/out" | grep -qE "^\{\"event\": \"end\", \"reason\": \"failed\", \"message\": \".*$3" || fail "$2: no end line with the reason"
  steps "$work/out" > "$work/before"
  head -n "$(wc -l < "$work/before")" "$work/steps" | cmp -s - "$work/before" ||
    fail "$2: steps before the failure are not those of a whole run"
}

write_run cuda
write_run auto
run_with cuda ''
[ $code = 0 ] || { cat "$work/err" >&2; fail "the run itself ends with $code"; }
steps "$work/out" > "$work/steps"
grep -q '"reason": "completed"' "$work/out" || fail "the run itself does not complete"

# Every allocation, until none is left to fail.
for ((n = 1; ; n++)); do
  run_with cuda FAIL=malloc:$n
  [ $code != 0 ] || break
  fails cuda FAIL=malloc:$n 'out of memory'
done
[ $n -gt 5 ] || fail "only $((n - 1)) allocations of device memory were seen"
fails cuda FAIL=mallochost:1 'cannot lock memory'
fails cuda FAIL=stream:1 'cannot make a stream'
for n in 1 2; do fails cuda FAIL=device:$n 'GPU 0.*cudaErrorDevicesUnavailable'; done
for n in 1 3 17; do
  fails cuda FAIL=copy:$n 'GPU 0.*cudaErrorLaunchFailure'
  fails cuda FAIL=copy:$n:1 'GPU 0.*cudaErrorInvalidValue'
  fails cuda FAIL=set:$n 'GPU 0.*cudaErrorLaunchFailure'
  fails cuda FAIL=synchronize:$n 'GPU 0.*cudaErrorIllegalAddress'
done
for n in 1 2 100 500; do
  fails cuda FAIL=launch:$n:700 'GPU 0.*cudaErrorIllegalAddress'
  fails cuda FAIL=launch:$n:701 'GPU 0.*cudaErrorLaunchOutOfResources'
done
fails cuda FAIL=launch:300:214 'GPU 0.*cudaErrorECCUncorrectable'

# Machines without a GPU that can be used.
while IFS='|' read -r setting reason; do
  fails cuda "$setting" "device = cuda: .*$reason"
  run_with auto "$setting"
  [ $code = 0 ] || { cat "$work/err" >&2; fail "$setting: device = auto ends with $code"; }
  grep -q '"backend": "cpu"' "$work/out" || fail "$setting: device = auto does not take the CPU"
  grep -qE "\"choice\": \"[^\"]*$reason" "$work/out" || fail "$setting: the record does not say why the CPU was taken"
done <<'MACHINES'
DRIVER=none|no NVIDIA driver is installed
DRIVER=11040|driver is too old: it supports CUDA 11.4
DRIVER=stub|the toolkit's stub
DEVICES=0|shows no GPU
MACHINES
run_with auto ''
grep -q '"backend": "cuda"' "$work/out" || fail "device = auto does not take the GPU"
echo "ok"
