"""One comment on the pull request, made once and then changed in place."""

import os
import re

import runner

# GitHub takes 65,536 characters.
LIMIT = 65_000


def marker(kind):
    """An invisible line that distinguishes the comment from others: by command, workflow, job and the key of the input."""
    names = ["INPUT_COMMAND", "GITHUB_WORKFLOW", "GITHUB_JOB", "INPUT_COMMENT_KEY"]
    parts = [runner.value(name) for name in names]
    words = "/".join(re.sub(r"[^A-Za-z0-9_.]+", "-", part) for part in parts)
    return f"<!-- cogward {kind} {words[:200]} -->"


def text():
    """The report, or why there is none."""
    folder = runner.value("REPORTS")
    # A plan has one report.
    names = ("comment.md", "report.md") if folder else ()
    report = next(filter(None, (runner.text_of(os.path.join(folder, name)) for name in names)), "")
    note = runner.text_of(os.path.join(folder, "note.md")) if folder else ""
    if not report:
        report = "cogward could not write a report; the log of the job says why.\n"
    return fit((note + "\n" if note else "") + report)


def fit(words, limit=LIMIT):
    """Whole lines within the limit. The program's own report is smaller; what stands before it may not be."""
    if len(words) <= limit:
        return words
    words = words[: limit - 400]
    words = words[: words.rfind("\n") + 1]
    fences = re.findall(r"^(`{3,})", words, flags=re.MULTILINE)
    if len(fences) % 2:
        words += fences[-1] + "\n"
    words += "</details>\n" * (words.count("<details>") - words.count("</details>"))
    return words + "\n*The rest has no room here: the job summary has the whole report.*\n"


def own(item, mark):
    """Whether a comment or issue is the action's: anybody may write the marker, so its author counts, too."""
    author = runner.value("INPUT_COMMENT_AUTHOR") or "github-actions[bot]"
    body = runner.dig(item, "body") or ""
    return body.startswith(mark) and runner.dig(item, "user", "login") == author


def write(github, number):
    mark = marker("comment")
    body = {"body": f"{mark}\n{text()}"}
    before = next((item for item in github.pages(f"issues/{number}/comments") if own(item, mark)), None)
    if before is None:
        github.call("POST", f"issues/{number}/comments", body)
    elif before.get("body") != body["body"]:
        github.call("PATCH", f"issues/comments/{int(before['id'])}", body)


def step():
    if not runner.flag("INPUT_COMMENT"):
        return 0
    number = runner.dig(runner.event(), "pull_request", "number")
    if not isinstance(number, int):
        runner.notice("no comment: this run is not about a pull request")
        return 0
    # Only now: most steps have nothing to say.
    import api

    try:
        write(api.Api(), number)
    except api.Refused as problem:
        # The report is in the summary, and what it says counts: a comment that cannot be written fails nothing.
        if problem.status in (401, 403, 404):
            why = "the token may not write it (a pull request from a fork, or `pull-requests: write` is missing)"
        else:
            why = str(problem)
        runner.warning(f"no comment: {why}. The job summary has the report.")
    return 0
