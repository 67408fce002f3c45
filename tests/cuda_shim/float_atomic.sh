#!/usr/bin/env bash
# A kernel with an atomic addition of floats does not compile: float_atomic.sh COMPILER SOURCE. With integers it does.
set -euo pipefail
compile() { "$1" -fsyntax-only -xc++ -std=c++17 -I"$2" -I"$2/tests/cuda_shim/include" -DCUDA_ATOMIC_TYPE="$3" "$2/tests/cuda_shim/probe.cu"; }
compile "$1" "$2" int || { echo "the probe does not compile with integers"; exit 1; }
for type in float double; do
  if compile "$1" "$2" $type 2> /dev/null; then echo "an atomic addition of $type compiles"; exit 1; fi
done
