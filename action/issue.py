"""One issue about live pools: opened or updated while something is weaker or could not be read, closed
when everything is as it should be."""

import os

import comment
import runner

TITLE = "cogward: live user pools are weaker than they should be, or could not be read"


def state(report, code):
    """`bad`, `clean`, or `between`: differences that weaken nothing are no reason for an issue, nor for closing one. Nor is
    anything else than live pools: a snapshot, templates, or policies that were only linted."""
    summary = runner.dig(report, "summary") or {}
    is_live = not runner.dig(report, "run", "from") and runner.dig(report, "command") != "lint"
    # A run that ended before it read anything says nothing of where it would have read.
    if report and not is_live:
        return "between"
    differences = summary.get("differences") or {}
    weaker = sum(differences.get(kind, 0) for kind in ("weaker", "undefined"))
    if not report or code in (2, 4, 5) or weaker:
        return "bad"
    if code == 0:
        # What fails no run, as with `fail-on: never`, is there all the same.
        left = summary.get("errors", 0) + sum(differences.get(kind, 0) for kind in ("neutral", "stronger"))
        return "between" if left else "clean"
    # A `scan` has no differences: what it fails on is bad.
    return "between" if differences else "bad"


def write(github, now):
    mark = comment.marker("issue")
    found = (item for item in github.pages("issues?state=open") if "pull_request" not in item)
    before = next((item for item in found if comment.own(item, mark)), None)
    body = f"{mark}\n{comment.text()}{link()}"
    if before is None:
        if now == "bad":
            github.call("POST", "issues", {"title": TITLE, "body": body})
            return "opened an issue"
        return None
    path = f"issues/{int(before['number'])}"
    if now == "clean":
        github.call("POST", f"{path}/comments", {"body": f"Everything is as it should be again.{link()}"})
        github.call("PATCH", path, {"state": "closed", "state_reason": "completed"})
        return "closed the issue"
    if before.get("body") != body:
        github.call("PATCH", path, {"body": body})
    return "updated the issue"


def link():
    """Where the log is."""
    server, run = runner.value("GITHUB_SERVER_URL"), runner.value("GITHUB_RUN_ID")
    if not server.startswith("https://") or not run.isdigit():
        return "\n"
    return f"\n\n[The run]({server}/{runner.repository()}/actions/runs/{run})\n"


def step():
    if not runner.flag("INPUT_ISSUE"):
        return 0
    folder = runner.value("REPORTS")
    report = runner.report_of(os.path.join(folder, "report.json")) if folder else {}
    code = runner.value("EXIT_CODE")
    now = state(report, int(code) if code.isdigit() else 2)
    # Only now: most steps have nothing to say.
    import api

    try:
        done = write(api.Api(), now)
    except api.Refused as problem:
        # Nobody watches a nightly log: an issue that cannot be written must fail the job.
        raise runner.Failure(f"the issue cannot be written: {problem} (the job needs `issues: write`)") from None
    if done:
        runner.notice(done)
    return 0
