#!/usr/bin/env bash
# Which device computes and what is said about it, on machines made by the CUDA on the CPU (tests/cuda_shim): with one GPU, with
# two, with drivers that are missing, old or no drivers at all, with a GPU that does not work.
. "$(dirname "$0")/support.sh"
export FTBENCH_TRAINER=$build/tests/ftbench-trainer-shim
gpu='shim (CUDA on the CPU, not a GPU)'
none='no NVIDIA driver is installed; CUDA 13.0 needs one, and a container must be started with the GPU (docker run --gpus all)'
stub="the libcuda.so that was loaded is the toolkit's stub, which runs nothing; the NVIDIA driver's must come first in the library path"
old='the NVIDIA driver is too old: it supports CUDA 12.8, this build needs 13.0'
hidden='the NVIDIA driver (CUDA 13.0) is there but shows no GPU; CUDA_VISIBLE_DEVICES may hide it'
weak='GPU 0 has compute capability 7.0; 7.5 or newer is needed'
code='this build has no code for GPU 0 (compute capability 9.0); build with -DFTBENCH_CUDA_ARCHITECTURES=90'
ptx="the NVIDIA driver (CUDA 13.0) is too old for this build's PTX, all that it has for GPU 0; a newer driver, or build with -DFTBENCH_CUDA_ARCHITECTURES=90-real"
taken='the memory of GPU 0 cannot be read: cudaErrorDevicesUnavailable'

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
run() { # folder, settings...
  local folder=$1
  shift
  "$ftbench" run "$work/one.ini" --output "$work/$folder" "$@" > "$work/out" 2> "$work/err" ||
    { cat "$work/err" >&2; fail "run $folder $*"; }
}

write_experiment 1
sed -e 's/^repeats.*/repeats = 1/' -e '/^\[sweep\]/,$d' "$work/letters.ini" > "$work/one.ini"

# One GPU: auto takes it, with the CPU's bits, and one run at a time.
run gpu
[ "$(record gpu backend)" = cuda ] || fail "auto did not take the GPU"
[ "$(record gpu GPU)" = "$gpu, compute capability 9.0" ] || fail "the record does not name the GPU: $(record gpu GPU)"
[ "$(record gpu 'GPU libraries')" = 'CUDA driver 13.0, runtime 13.0' ] || fail "the record does not name the driver"
[ -z "$(record gpu 'why the CPU')" ] || fail "there is a reason for the CPU, which did not compute"
run cpu --set run.device=cpu
[ "$(record cpu backend)" = cpu ] || fail "the CPU was asked for and not taken"
same "$work/gpu" "$work/cpu"
sed -i 's/^repeats.*/repeats = 3/' "$work/one.ini"
run three --dry-run
grep -q '1 at a time' "$work/out" || { cat "$work/out" >&2; fail "jobs = auto is not 1 on a GPU"; }
run three --dry-run --jobs 2
grep -q '2 at a time' "$work/out" || fail "--jobs 2 is not 2 on a GPU"
sed -i 's/^repeats.*/repeats = 1/' "$work/one.ini"
"$ftbench" verify "$work/cpu" --device cuda:0 > "$work/out" || fail "the GPU has other bits than the CPU"
grep -q '^1 equal' "$work/out" || fail "nothing was verified on the GPU"

# Two: by their numbers, and no further.
export FTBENCH_SHIM_DEVICES=2
[ "$("$ftbench" devices | grep -c "^cuda:[01]: usable: $gpu")" = 2 ] || fail "devices does not list two GPUs"
run second --set run.device=cuda:1
same "$work/gpu" "$work/second"
refused 'device = cuda:2: there is no GPU 2: this machine shows 2, numbered 0 to 1' "$ftbench" run "$work/one.ini" \
  --set run.device=cuda:2 --output "$work/nowhere"
[ ! -e "$work/nowhere" ] || fail "a refused run leaves a folder"
unset FTBENCH_SHIM_DEVICES
refused 'device = cuda:1: there is no GPU 1: this machine shows 1, number 0' "$ftbench" verify "$work/cpu" --device cuda:1

# Machines without one that can be used: auto takes the CPU and says why; who named a GPU is refused for that reason.
machine() { # name, what is said of it, whether it is a note, VARIABLE=VALUE
  local name=$1 reason=$2 note=$3 code=0
  export "FTBENCH_SHIM_$4"
  run "$name"
  [ "$(record "$name" backend)" = cpu ] || fail "$name: the CPU was not taken"
  grep -qF "$reason" <<< "$(record "$name" 'why the CPU')" || fail "$name: the record does not say $reason"
  same "$work/cpu" "$work/$name" 2> /dev/null || [ "$note" = yes ] || fail "$name: other results"
  cmp "$work/cpu/runs.csv" "$work/$name/runs.csv" || fail "$name: other bits"
  grep -qF "the CPU computes, with the same bits: $reason" "$work/err" || code=1
  [ $code = 0 ] && [ "$note" = no ] && fail "$name: a note where nothing is wrong"
  [ $code = 1 ] && [ "$note" = yes ] && { cat "$work/err" >&2; fail "$name: no note"; }
  refused "device = cuda: $reason" "$ftbench" run "$work/one.ini" --set run.device=cuda --output "$work/nowhere"
  refused "arithmetic = fast needs CUDA: $reason" "$ftbench" run "$work/one.ini" --set training.arithmetic=fast --output "$work/nowhere"
  "$ftbench" devices > "$work/devices" || fail "$name: devices ended with $?"
  grep '^cuda' "$work/devices" | grep -qF "not usable" || fail "$name: devices does not say so"
  grep -qF "device = auto is cpu: $reason" "$work/devices" || fail "$name: devices does not say what auto is"
  unset "FTBENCH_SHIM_${4%%=*}"
}
machine none "$none" no DRIVER=none
machine hidden "$hidden" no DEVICES=0
machine stub "$stub" yes DRIVER=stub
machine old "$old" yes DRIVER=12080
machine weak "$weak" yes CAPABILITY=7.0
machine code "$code" yes FAIL=code:1,code:2,code:3
machine ptx "$ptx" yes FAIL=code:1:222,code:2:222,code:3:222
# A GPU that another process holds: each look at it fails.
export FTBENCH_SHIM_FAIL=device:1:46,device:2:46,device:3:46
run taken
[ "$(record taken backend)" = cpu ] || fail "taken: the CPU was not taken"
grep -qF "the CPU computes, with the same bits: $taken" "$work/err" || fail "taken: no note"
refused "device = cuda: $taken" "$ftbench" run "$work/one.ini" --set run.device=cuda --output "$work/nowhere"
unset FTBENCH_SHIM_FAIL

# A GPU that looks well and cannot be opened.
export FTBENCH_SHIM_FAIL=stream:1
run closed
[ "$(record closed backend)" = cpu ] || fail "closed: the CPU was not taken"
grep -q 'the CPU computes, with the same bits: device cuda: GPU 0 cannot make a stream' "$work/err" || fail "closed: no note"
refused 'GPU 0 cannot make a stream' "$ftbench" run "$work/one.ini" --set run.device=cuda --output "$work/nowhere"
unset FTBENCH_SHIM_FAIL

# Trained models answer alike, and say the same of a driver that does not work.
run kept --set run.save_model=yes --set run.device=cpu
model=$(echo "$work"/kept/models/*/)
"$ftbench" predict "$model" "$source/tests/fixtures/letters.tsv" --device cpu > "$work/cpu.out" || fail "predict on the CPU"
"$ftbench" predict "$model" "$source/tests/fixtures/letters.tsv" --device cuda > "$work/gpu.out" || fail "predict on the GPU"
cmp "$work/cpu.out" "$work/gpu.out" || fail "the GPU predicts otherwise"
refused "device = cuda: $none" env FTBENCH_SHIM_DRIVER=none "$ftbench" predict "$model" "$source/tests/fixtures/letters.tsv" --device cuda
FTBENCH_SHIM_DRIVER=stub "$ftbench" predict "$model" "$source/tests/fixtures/letters.tsv" > "$work/gpu.out" 2> "$work/err" ||
  fail "predict with a stub"
cmp "$work/cpu.out" "$work/gpu.out" || fail "other predictions with a stub"
[ "$(grep -cF "ftbench: the CPU computes, with the same bits: $stub" "$work/err")" = 1 ] || fail "predict says nothing of the stub"
FTBENCH_SHIM_DRIVER=none "$ftbench" predict "$model" "$source/tests/fixtures/letters.tsv" 2> "$work/err" > /dev/null
! grep -q 'CPU computes' "$work/err" || fail "predict talks of a driver that nobody has"
echo "every machine says what computes, and why"
