#!/usr/bin/env bash
# In the place of test_curand_philox in a build that found no cuRAND.
if [ "${FTBENCH_REQUIRE_NVCC:-0}" = 1 ]; then
  echo "FTBENCH_REQUIRE_NVCC is set, and the build found no curand.h with libcurand" >&2
  exit 1
fi
echo "skipped: no cuRAND, so Philox is not compared with it"
exit 77
