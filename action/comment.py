"""One comment on the pull request, made once and then changed in place."""

import hashlib
import os
import re

import runner

# GitHub takes 65,536 characters, and counts some as two: so many bytes are never more.
LIMIT = 65_000


def marker(kind):
    """An invisible line that distinguishes the comment from others: by command, workflow, job and the key of the input."""
    names = ["INPUT_COMMAND", "GITHUB_WORKFLOW", "GITHUB_JOB", "INPUT_COMMENT_KEY"]
    parts = [runner.value(name) for name in names]
    words = "/".join(re.sub(r"[^A-Za-z0-9_.]+", "-", part) for part in parts)
    # Names that are long or have other characters are told apart by what they really are.
    if len(words) > 150 or words != "/".join(parts):
        words = f"{words[:150]} {hashlib.sha256(repr(parts).encode()).hexdigest()[:16]}"
    return f"<!-- cogward {kind} {words} -->"


def text():
    """The report, or why there is none."""
    folder = runner.value("REPORTS")
    # A plan has one report.
    names = ("comment.md", "report.md") if folder else ()
    report = next(filter(None, (runner.text_of(os.path.join(folder, name)) for name in names)), "")
    note = runner.text_of(os.path.join(folder, "note.md")) if folder else ""
    if not report:
        report = "cogward could not write a report; the log of the job says why.\n"
    rest = "The rest has no room here: the job summary has the whole report."
    return runner.fit((note + "\n" if note else "") + report, LIMIT, rest)


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
