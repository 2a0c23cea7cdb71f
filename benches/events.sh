#!/usr/bin/env bash
# Measures `cogward insights` (one question) against DuckDB on the same file, in the same run, as docs/performance.md reports it.
#
#   benches/events.sh [RUNS] [RECORDS...]   # default: 5 runs, 1,200,000 records (1 GB)
#
# Builds a release binary, unless COGWARD names one, and installs DuckDB below target/ci. Needs GNU time (/usr/bin/time), python3
# with pip, and room for the log in TMPDIR; of more than 4,000,000 records only the gzip file is made. Both answers are
# compared. Prints the least and the median wall time, the least CPU time and the most memory: others may use the machine.
set -euo pipefail
cd "$(dirname "$0")/.."

runs=${1:-5}
shift $(($# > 0))
records=("$@")
((${#records[@]} > 0)) || records=(1200000)
question=high-risk-by-country
if [[ -z ${COGWARD:-} ]]; then
    cargo build --release --locked --quiet --bin cogward
    COGWARD=target/release/cogward
fi
COGWARD=$(realpath "$COGWARD")
venv=target/ci/engines
if ! "$venv/bin/python" -c 'import duckdb' 2>/dev/null; then
    python3 -m venv --clear "$venv"
    "$venv/bin/pip" install --quiet --require-hashes --only-binary :all: -r .ci/engines.txt
fi
python=$(realpath -s "$venv/bin/python")
benches=$PWD/benches
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
timed=(/usr/bin/time --quiet --append --output "$work/times" --format '%e %U %S %M')

line() {
    sort -n "$work/times" | awk -v name="$1" '
        { wall[NR] = $1; cpu = $2 + $3; if (NR == 1 || cpu < least) least = cpu; if ($4 > most) most = $4 }
        END {
            median = (wall[int((NR + 1) / 2)] + wall[int(NR / 2) + 1]) / 2
            printf "| %-44s | %8.2f | %8.2f | %8.2f | %7.0f |\n", name, wall[1], median, least, most / 1024
        }'
}

# Runs a command several times; its last output is in `out`.
measure() {
    local name=$1 i
    shift
    rm -f "$work/times"
    for ((i = 0; i < runs; i++)); do
        "${timed[@]}" "$@" >"$work/out"
    done
    line "$name"
}

# The events of all rows.
ours() { python3 -c 'import json, sys; print(sorted(row["numbers"]["events"] for row in json.load(sys.stdin)["answers"][0]["rows"]))' <"$work/out"; }
theirs() { python3 -c 'import sys; print(sorted(int(line.split("\t")[1]) for line in sys.stdin))' <"$work/out"; }

printf '| %-44s | %8s | %8s | %8s | %7s |\n' "case ($(nproc) cores, $runs runs)" "least s" "median s" "CPU s" "peak MB"
echo "|----------------------------------------------|---------:|---------:|---------:|--------:|"
for number in "${records[@]}"; do
    files=(events.jsonl.gz)
    if ((number > 4000000)); then
        python3 benches/events.py "$number" /dev/stdout | gzip -1 >"$work/events.jsonl.gz"
    else
        python3 benches/events.py "$number" "$work/events.jsonl"
        gzip -1 -k "$work/events.jsonl"
        files=(events.jsonl events.jsonl.gz)
    fi
    for file in "${files[@]}"; do
        measure "cogward, $number records, ${file#events.}" "$COGWARD" insights "$work/$file" --question "$question" -f json
        wanted=$(ours)
        measure "DuckDB,  $number records, ${file#events.}" "$python" "$benches/events_duckdb.py" "$COGWARD" "$work/$file" "$question"
        found=$(theirs)
        [[ $wanted == "$found" ]] || {
            echo "the answers differ: $wanted, $found" >&2
            exit 1
        }
    done
    rm -f "$work"/events.jsonl*
done
