#!/usr/bin/env bash
# Measures live looks, snapshots and comparisons, as docs/performance.md reports them, against the simulated AWS.
#
#   benches/live.sh [RUNS]         # default: 5 runs of each quick case
#   QUOTAS=1000 benches/live.sh    # also 1,000 pools within AWS's quotas, once: five minutes and more
#
# Builds release binaries, unless COGWARD and ESTATE name them. Needs GNU time (/usr/bin/time). Prints the least and
# the median wall time, the least CPU time and the most memory: others may use the machine.
set -euo pipefail
cd "$(dirname "$0")/.."

runs=${1:-5}
if [[ -z ${COGWARD:-} || -z ${ESTATE:-} ]]; then
    cargo build --release --locked --quiet --bin cogward --example simulated-estate
    COGWARD=target/release/cogward
    ESTATE=target/release/examples/simulated-estate
fi
COGWARD=$(realpath "$COGWARD")
ESTATE=$(realpath "$ESTATE")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
timed=(/usr/bin/time --quiet --append --output "$work/times" --format '%e %U %S %M')

# The table's line of what `timed` has written.
line() {
    sort -n "$work/times" | awk -v name="$1" '
        { wall[NR] = $1; cpu = $2 + $3; if (NR == 1 || cpu < least) least = cpu; if ($4 > most) most = $4 }
        END {
            median = (wall[int((NR + 1) / 2)] + wall[int(NR / 2) + 1]) / 2
            printf "| %-44s | %8.2f | %8.2f | %8.2f | %7.0f |\n", name, wall[1], median, least, most / 1024
        }'
}

# Runs a command several times; exit code 3 (differences) and 1 (findings) are results.
measure() {
    local name=$1 i code
    shift
    rm -f "$work/times"
    for ((i = 0; i < runs; i++)); do
        code=0
        "$@" >"$work/out" 2>"$work/err" || code=$?
        if ((code != 0 && code != 1 && code != 3)); then
            echo "exit code $code: $*" >&2
            tail -n 20 "$work/err" "$work/out" >&2
            exit 1
        fi
    done
    line "$name"
}

printf '| %-44s | %8s | %8s | %8s | %7s |\n' "case ($(nproc) cores, $runs runs)" "least s" "median s" "CPU s" "peak MB"
echo "|----------------------------------------------|---------:|---------:|---------:|--------:|"
measure "look, 50 pools of 3 clients, 50 ms, no quotas" "$ESTATE" run 50 3 50 free "${timed[@]}" "$ESTATE" look
looked=$(cat "$work/err")

cd "$work"
"$ESTATE" write estate 10000 3
diff=("${timed[@]}" "$COGWARD" diff --quiet --today 2026-11-21 --from estate/pools.json)
measure "diff --from, 10,000 pools, 1 policy" "${diff[@]}" estate/one
measure "diff --from, 10,000 pools, 10,000 policies" "${diff[@]}" estate/each
measure "scan --from, 10,000 pools" "${timed[@]}" "$COGWARD" scan --quiet --today 2026-11-21 --from estate/pools.json

if [[ -n ${QUOTAS:-} ]]; then
    runs=1
    measure "scan, $QUOTAS pools of 3 clients, quotas" \
        "$ESTATE" run "$QUOTAS" 3 50 quotas "${timed[@]}" "$COGWARD" scan --quiet --today 2026-11-21
    echo
    echo "within the quotas: $(cat "$work/err")"
fi
echo
echo "50 pools: $looked"
printf 'snapshot of 10,000 pools: %d bytes\n' "$(wc -c <"$work/estate/pools.json")"
