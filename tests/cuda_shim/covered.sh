#!/usr/bin/env bash
# No kernel without a bit test: covered.sh SOURCE LAUNCHES
#   - each operation of family_list.h is called by a function `run` of a test of tests/kernels that holds the tables
#     against the oracle
#   - each __global__ function of kernels/cuda is in one of the files of LAUNCHES, which the bit tests left; those of the fast
#     table are launched by tests/fake_cublas, as only cuBLAS's part of it has no bits to compare
set -euo pipefail
source=$1 launches=$2 bad=0

operations=$(sed -n '/define FT_FAMILY_TABLE/,/^$/p' "$source/kernels/family_list.h" | grep -oE '\.[a-z_0-9]+ = ' | tr -d '. =')
[ "$(wc -w <<< "$operations")" -ge 29 ] || { echo "only $(wc -w <<< "$operations") operations were found in family_list.h"; exit 1; }
called=$(grep -lE 'check_(products_)?against_oracle\(' "$source"/tests/kernels/test_*.c |
  xargs awk '/^static void run/ { inside = 1 } /^}/ { inside = 0 } inside' | grep -oE 'ops->[a-z_0-9]+\(' | sed 's/ops->//; s/(//' | sort -u)
for operation in $operations; do
  grep -qx "$operation" <<< "$called" || { echo "operation $operation: no test compares its bits with the oracle's"; bad=1; }
done

kernels=$(cat "$source"/kernels/cuda/*.cu "$source"/kernels/cuda/*.cuh | sed -E 's/__launch_bounds__\([^)]*\)//g' | tr '\n' ' ' |
  grep -oE '__global__ [^(;]*\(' | grep -oE '[A-Za-z_0-9]+ *\($' | tr -d ' (' | sort -u)
[ -n "$kernels" ] || { echo "no kernel was found in kernels/cuda"; exit 1; }
launched=$(cat "$launches"/* | sort -u)
for kernel in $kernels; do
  grep -qx "$kernel" <<< "$launched" || { echo "kernel $kernel: no bit test launches it"; bad=1; }
done
[ $bad = 0 ] && echo "$(wc -w <<< "$operations") operations and $(wc -w <<< "$kernels") kernels have bit tests"
exit $bad
