#!/usr/bin/env bash
# Each target for a few seconds (ci/fuzz).   short.sh BUILD-FOLDER SECONDS-PER-TARGET
# Without clang and its run-time libraries it is skipped with a line (exit status 77); FTBENCH_REQUIRE_CLANG=1 makes that a
# failure.
set -euo pipefail
source=$(cd "$(dirname "$0")/../.." && pwd)
probe=$(mktemp -d)
trap 'rm -rf "$probe"' EXIT
printf '#include <stddef.h>\nint LLVMFuzzerTestOneInput(const unsigned char *, size_t);\nint LLVMFuzzerTestOneInput(const unsigned char *d, size_t n) { (void)d; return (int)(n - n); }\n' > "$probe/probe.c"
if ! clang -fsanitize=fuzzer,address,undefined -o "$probe/probe" "$probe/probe.c" 2> "$probe/log"; then
  echo "clang -fsanitize=fuzzer does not work here; ci/install clang libclang-rt-dev" >&2
  cat "$probe/log" >&2
  if [ "${FTBENCH_REQUIRE_CLANG:-0}" = 1 ]; then exit 1; fi
  exit 77
fi
FTBENCH_BUILD=$1 "$source/ci/fuzz" "$2"
