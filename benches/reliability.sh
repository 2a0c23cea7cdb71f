#!/usr/bin/env bash
# Tries everything against applies, and counts it, as docs/reliability.md reports it.
#
#   benches/reliability.sh [CASES [RUNS]]
#
# CASES random pools and policies (default: 200) for each of three ways of the simulated AWS, with faults, kills and
# concurrent changes; then RUNS (default: 2,000) random applies of the release binary to a second, independent service
# (benches/independent). Fails where anything is lost, changed or reported wrongly. Takes some minutes.
set -euo pipefail
cd "$(dirname "$0")/.."

cargo build --locked --release
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# Other cases each time. A run that fails is repeated with its number.
export PROPTEST_RNG_SEED=${PROPTEST_RNG_SEED:-$RANDOM}
echo "PROPTEST_RNG_SEED=$PROPTEST_RNG_SEED"
if ! COGWARD_CASES=${1:-200} cargo test --locked --test tests -- apply:: --nocapture >"$log" 2>&1; then
    tail -n 60 "$log" >&2
    exit 1
fi
echo "| tried | number |"
echo "|---|---:|"
sed -n 's/^figure: \(.*\): \([0-9]*\)$/| \1 | \2 |/p' "$log"
echo
python3 benches/independent/main.py "${CARGO_TARGET_DIR:-target}/release/cogward" "${2:-2000}"
