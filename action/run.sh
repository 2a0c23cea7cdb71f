#!/usr/bin/env bash
# What the GitHub Action does after the build: runs `cogward`, shows what it says, sets outputs.
#
# Everything comes in by environment variable and is used as data: quoted, after `=` or after `--`,
# never evaluated, never part of a workflow expression. Works with the bash 3.2 of macOS.
#
#   INPUT_COMMAND       `lint`
#   INPUT_PATHS         files, folders or patterns, one a line
#   INPUT_FORMAT        format of the report in the log
#   INPUT_MIN_SEVERITY  `note`, `warning` or `error`; empty: the program's default
#   INPUT_DENY          `note`, `warning`, `error` or `never`; empty: the program's default
#   INPUT_SARIF_FILE    where to write SARIF; empty: nowhere
#   GITHUB_OUTPUT, GITHUB_STEP_SUMMARY, RUNNER_TEMP: set by the runner
set -euo pipefail

# Workflow commands are one line; what goes into one must not start another.
fail() {
    echo "::error title=cogward::$1"
    exit 2
}

# What the log may show of a report: GitHub cuts off a summary of more than 1 MiB as a whole.
summary_limit=1000000

# One of a few words, or nothing. The value itself is not repeated: it is hostile.
one_of() {
    local name=$1 value=$2 word
    shift 2
    for word in "$@"; do
        [[ $value == "$word" ]] && return
    done
    fail "input $name is none of: $*"
}

one_of command "${INPUT_COMMAND:-}" lint
one_of format "${INPUT_FORMAT:-}" human table json markdown
one_of min-severity "${INPUT_MIN_SEVERITY:-}" "" note warning error
one_of deny "${INPUT_DENY:-}" "" note warning error never
case ${INPUT_SARIF_FILE:-} in
*[[:cntrl:]]*) fail "input sarif-file holds a control character" ;;
esac

reports=$(mktemp -d "${RUNNER_TEMP:?is not set: this script runs inside a workflow}/cogward.XXXXXX")
report=$reports/report.md

args=("$INPUT_COMMAND" "--format=$INPUT_FORMAT")
args+=("--output=markdown=$report" "--output=json=$reports/report.json" "--output=github=$reports/commands.txt")
[[ -n ${INPUT_MIN_SEVERITY:-} ]] && args+=("--min-severity=$INPUT_MIN_SEVERITY")
[[ -n ${INPUT_DENY:-} ]] && args+=("--deny=$INPUT_DENY")
[[ -n ${INPUT_SARIF_FILE:-} ]] && args+=("--output=sarif=$INPUT_SARIF_FILE")
args+=(--)
while IFS= read -r path || [[ -n $path ]]; do
    path=${path%$'\r'}
    [[ -n ${path//[[:space:]]/} ]] && args+=("$path")
done <<<"${INPUT_PATHS:-}"
# A run over nothing must not look like a clean one, nor fall back to another folder.
[[ ${args[${#args[@]} - 1]} == -- ]] && fail "input paths names nothing"

# The report quotes policies, which a pull request may fill with workflow commands: while it is
# shown, the runner obeys none, until it sees a word that nobody can know beforehand.
token=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
echo "::stop-commands::$token"
code=0
cogward "${args[@]}" 2>&1 || code=$?
# An unfinished line would swallow the command that follows.
echo
echo "::$token::"

# Annotations: written, and escaped, by the program's own format for workflow commands.
if [[ -s $reports/commands.txt ]]; then
    cat "$reports/commands.txt"
    echo
fi

summarise() {
    if [[ ! -s $report ]]; then
        echo "cogward could not write a report (exit code $code); the log says why."
    elif (($(wc -c <"$report") <= summary_limit)); then
        cat "$report"
    else
        # Whole lines only, so that no character and no table row is cut in two.
        head -c "$summary_limit" "$report" | sed '$d'
        printf '\n\nThe report is longer than a summary may be: this is its beginning.\n'
    fi
}
[[ -n ${GITHUB_STEP_SUMMARY:-} ]] && summarise >>"$GITHUB_STEP_SUMMARY"

# Findings that count: errors, warnings and notes of the JSON report's summary; empty without one.
# Inside a JSON string a quotation mark is escaped, so nothing that a policy says looks like a key.
findings() {
    [[ -s $reports/report.json ]] || return 0
    awk '
        BEGIN { RS = "," }
        /"summary"[[:space:]]*:/ { inside = 1 }
        inside && seen < 3 && match($0, /"(errors|warnings|notes)"[[:space:]]*:[[:space:]]*[0-9]+/) {
            number = substr($0, RSTART, RLENGTH)
            sub(/.*:[[:space:]]*/, "", number)
            total += number
            seen++
        }
        END { if (seen == 3) print total }
    ' "$reports/report.json"
}

if [[ -n ${GITHUB_OUTPUT:-} ]]; then
    {
        echo "exit-code=$code"
        echo "findings=$(findings)"
        if [[ -s $report ]]; then echo "report=$report"; fi
    } >>"$GITHUB_OUTPUT"
fi
exit "$code"
