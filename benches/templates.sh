#!/usr/bin/env bash
# Measures `cogward scan` on templates and plans, and its peers on the same templates, as docs/performance.md reports it.
#
#   benches/templates.sh [RUNS [COUNT]]      # default: 5 runs, 1,000 templates
#
# Builds a release binary, unless COGWARD names one, and installs cfn-lint, Checkov and cfn-guard below target/ci. Needs GNU time
# (/usr/bin/time) and python3 with pip. Prints the least and the median wall time, the least CPU time and the most memory of
# the runs. Peers run once: they take minutes.
set -euo pipefail
cd "$(dirname "$0")/.."

runs=${1:-5}
count=${2:-1000}
if [[ -z ${COGWARD:-} ]]; then
    cargo build --release --locked --quiet --bin cogward
    COGWARD=target/release/cogward
fi
COGWARD=$(realpath "$COGWARD")
venv=$PWD/target/ci/peers
if [[ ! -x $venv/bin/checkov ]]; then
    python3 -m venv --clear "$venv"
    "$venv/bin/pip" install --quiet checkov==3.3.30 cfn-lint==1.58.0
fi
guard=$PWD/target/ci/cfn-guard
if [[ ! -x $guard/bin/cfn-guard ]]; then
    cargo install --quiet --locked --version 3.2.1 --root "$guard" cfn-guard
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
timed=(/usr/bin/time --quiet --append --output "$work/times" --format '%e %U %S %M')

# Runs a command so many times: name, runs, command. A run that could not do its work is not worth a number.
measure() {
    local name=$1 times=$2 i code
    shift 2
    rm -f "$work/times"
    for ((i = 0; i < times; i++)); do
        code=0
        "${timed[@]}" "$@" >"$work/out" 2>"$work/err" || code=$?
        if ((code > 1)) && [[ $name == cogward* ]]; then
            echo "exit code $code: $name" >&2
            tail -n 20 "$work/err" >&2
            exit 1
        fi
    done
    sort -n "$work/times" | awk -v name="$name" '
        { wall[NR] = $1; cpu = $2 + $3; if (NR == 1 || cpu < least) least = cpu; if ($4 > most) most = $4 }
        END {
            median = (wall[int((NR + 1) / 2)] + wall[int(NR / 2) + 1]) / 2
            printf "| %-44s | %8.2f | %8.2f | %8.2f | %7.0f |\n", name, wall[1], median, least, most * 1024 / 1e6
        }'
}

python3 benches/templates.py templates "$count" "$work/templates"
files=("$work"/templates/*.yaml)
printf '| %-44s | %8s | %8s | %8s | %7s |\n' "case ($(nproc) cores, $runs runs)" "least s" "median s" "CPU s" "peak MB"
echo "|----------------------------------------------|---------:|---------:|---------:|--------:|"
measure "cogward scan, $count templates" "$runs" "$COGWARD" scan --today 2026-11-27 "${files[@]/#/--from=}"
measure "cfn-guard with 10 rules, the same files" 1 "$guard/bin/cfn-guard" validate -r benches/templates.guard -d "$work/templates"
measure "cfn-lint, the same files" 1 "$venv/bin/cfn-lint" --non-zero-exit-code none -- "${files[@]}"
measure "checkov, the same files" 1 "$venv/bin/checkov" --quiet --compact --skip-download --framework cloudformation -d "$work/templates"
rm -r "$work/templates"
for megabytes in 50 100 200; do
    python3 benches/templates.py plan "$megabytes" "$work/plan.json"
    measure "cogward scan, a plan of $megabytes MB" "$runs" "$COGWARD" scan --today 2026-11-27 --from "$work/plan.json"
done
