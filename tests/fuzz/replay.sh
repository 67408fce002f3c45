#!/usr/bin/env bash
# Gives a target its seeds, and the inputs that once broke something.   replay.sh PROGRAM FORMAT
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
seeds=$(mktemp -d)
trap 'rm -rf "$seeds"' EXIT
"$here/seeds.sh" "$2" "$seeds"
inputs=("$seeds")
if [ -d "$here/regressions/$2" ]; then inputs+=("$here/regressions/$2"); fi
"$1" "${inputs[@]}"
