#!/usr/bin/env bash
# Measures what docs/performance.md reports: median wall time and peak memory of `cogward`.
#
#   benches/run.sh [RUNS]          # default: 11 runs of each case
#
# Builds a release binary, unless COGWARD names one. Uses hyperfine where it is installed, and
# a plain loop otherwise; peak memory needs GNU time (/usr/bin/time).
set -euo pipefail
cd "$(dirname "$0")/.."

runs=${1:-11}
if [[ -z ${COGWARD:-} ]]; then
    cargo build --release --locked --quiet
    COGWARD=target/release/cogward
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

for count in 1 1000 10000; do
    cargo run --quiet --locked --example generate-policies -- "$work/$count" "$count"
done

# A run that could not do its work (2 and above) is not worth a number.
check() {
    local code=0
    "$@" >"$work/out" 2>"$work/err" || code=$?
    if ((code > 1)); then
        echo "exit code $code: $*" >&2
        tail -n 20 "$work/err" "$work/out" >&2
        exit 1
    fi
}

# Median wall time in milliseconds.
median() {
    if command -v hyperfine >/dev/null; then
        local quoted
        printf -v quoted '%q ' "$@"
        hyperfine --shell=none --ignore-failure --warmup 2 --runs "$runs" --style none \
            --export-csv "$work/times.csv" "$quoted" >/dev/null 2>&1
        # The columns are command,mean,stddev,median,…; the command may hold commas, so count from the end.
        awk -F, 'NR == 2 { printf "%.1f", $(NF - 4) * 1000 }' "$work/times.csv"
        return
    fi
    local i start end
    for ((i = 0; i < runs; i++)); do
        start=${EPOCHREALTIME/[.,]/}
        "$@" >/dev/null 2>&1 || true
        end=${EPOCHREALTIME/[.,]/}
        echo $((end - start))
    done | sort -n | awk '{ t[NR] = $1 } END { printf "%.1f", (t[int((NR + 1) / 2)] + t[int(NR / 2) + 1]) / 2000 }'
}

# Peak resident memory in megabytes.
peak() {
    if [[ ! -x /usr/bin/time ]]; then
        echo "-"
        return
    fi
    /usr/bin/time --quiet -f %M -o "$work/peak" "$@" >/dev/null 2>&1 || true
    awk 'END { printf "%.1f", $1 / 1024 }' "$work/peak"
}

measure() {
    local name=$1
    shift
    check "$@"
    printf '| %-38s | %10s | %9s |\n' "$name" "$(median "$@")" "$(peak "$@")"
}

# Dates decide what a policy's audit gate says: the day is fixed, so that runs compare.
lint=("$COGWARD" lint --quiet --today 2026-11-21)

echo
printf '| %-38s | %10s | %9s |\n' "case ($(nproc 2>/dev/null || echo '?') cores, $runs runs)" "median ms" "peak MB"
echo "|----------------------------------------|-----------:|----------:|"
measure "--version" "$COGWARD" --version
measure "lint, 1 policy" "${lint[@]}" "$work/1"
measure "lint, 1,000 policies" "${lint[@]}" "$work/1000"
measure "lint, 1,000 policies, SARIF" "${lint[@]}" --format sarif "$work/1000"
measure "lint, 10,000 policies" "${lint[@]}" "$work/10000"
