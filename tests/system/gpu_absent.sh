#!/usr/bin/env bash
# ci/gpu where it can do nothing: a line for each thing that is missing, exit code 77, and a report that says the same.
set -euo pipefail
source=$2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
for what in build test bench table all; do
  result=0
  FTBENCH_BUILD=$folder/gpu CUDACXX=/nowhere/nvcc CUDA_HOME=/nowhere "$source/ci/gpu" $what > "$folder/output" || result=$?
  [ $result = 77 ] || { cat "$folder/output"; echo "FAILED: ci/gpu $what without nvcc: exit code $result, not 77"; exit 1; }
  grep -q '^- not done: [a-z]*: there is no nvcc' "$folder/output" || { echo "FAILED: ci/gpu $what does not say what is missing"; exit 1; }
  grep -q '^- not done:' "$folder/gpu/report.md" || { echo "FAILED: the report of ci/gpu $what does not say it"; exit 1; }
done
result=0
"$source/ci/gpu" everything > "$folder/output" 2>&1 || result=$?
[ $result = 2 ] || { echo "FAILED: an unknown step is taken"; exit 1; }
echo ok
