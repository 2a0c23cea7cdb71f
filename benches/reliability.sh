#!/usr/bin/env bash
# Tries everything against applies, and counts it, as docs/reliability.md reports it, against the simulated AWS.
#
#   benches/reliability.sh [CASES]   # default: 200 random pools and policies for each of three ways of the service
#
# Fails where anything is lost, changed or said wrongly. Takes some minutes.
set -euo pipefail
cd "$(dirname "$0")/.."

log=$(mktemp)
if ! COGWARD_CASES=${1:-200} cargo test --locked --test apply -- --nocapture >"$log" 2>&1; then
    tail -n 60 "$log" >&2
    exit 1
fi
echo "| tried | number |"
echo "|---|---:|"
sed -n 's/^figure: \(.*\): \([0-9]*\)$/| \1 | \2 |/p' "$log"
rm -f "$log"
