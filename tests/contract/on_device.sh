#!/usr/bin/env bash
# Whole trainings of every model family on a device have the golden digests, however a step is cut and padded:
#   on_device.sh TRAINER DEVICE [short]
# DEVICE as in [run] device; short: one cut and padding. The trainer must be of the golden file's numeric version.
set -euo pipefail
[ $# -ge 2 ] || { sed -n '2,/^set/{/^set/!s/^# \{0,1\}//p}' "$0" >&2; exit 2; }
source=$(cd "$(dirname "$0")/../.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
folder=$scratch
golden=$source/tests/golden/contract.txt
. "$source/tests/contract/support.sh"

program=$1 device=$2 cuts="whole 1 uneven" paddings="none longest max" count=0 bad=0
if [ "${3:-}" = short ]; then cuts=uneven paddings=longest; fi
golden_check "$golden" "$program" || exit 1
for family in $families; do
  for cut in $cuts; do
    for padding in $paddings; do
      read_cell isa=auto threads=1 cut="$cut" padding="$padding"
      write_spec "$family" | sed "s/\"run.device\": \"cpu\"/\"run.device\": \"$device\"/" > "$scratch/spec.json"
      "$program" run < "$scratch/spec.json" > "$scratch/output" 2>&1 || true
      got=$(digest_of "$scratch/output")
      count=$((count + 1))
      if [ "$got" != "$(golden_value "$golden" "$family")" ]; then
        printf 'DIFFERENT %s on %s, cut=%s padding=%s\n  golden %s\n  here   %s\n%s\n' "$family" "$device" "$cut" "$padding" \
          "$(golden_value "$golden" "$family")" "${got:-none: the run did not complete}" \
          "$([ -n "$got" ] || tail -n 2 "$scratch/output" | cut -c 1-400)" >&2
        bad=1
      fi
    done
  done
done
[ $bad = 0 ] || fail "trainings on $device do not have the bits of tests/golden/contract.txt"
echo "$count trainings on $device have the golden bits"
