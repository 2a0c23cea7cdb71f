"""What a workflow gives to the action and takes from it: inputs, outputs, the log, the job summary.

Everything comes in by environment variables and is data. Nothing of it becomes code, a shell's words or a workflow
command: text goes into commands escaped, and what others wrote is shown while commands are switched off.
"""

import json
import os
import re
import secrets
import subprocess
import sys

# GitHub refuses a job summary of more than 1 MiB as a whole.
SUMMARY_LIMIT = 1024 * 1024


class Failure(Exception):
    """The action cannot go on. The words are the action's own: they quote no input."""


def value(name):
    """An input, or another variable of the environment; empty where it is not set."""
    return os.environ.get(name, "")


def flag(name):
    """An input that is `true` or `false`."""
    return one_of(name, ["true", "false"]) == "true"


def one_of(name, words):
    """An input that is one of a few words. Another value is not repeated: it is hostile."""
    found = value(name)
    if found not in words:
        shown = ", ".join(word or "nothing" for word in words)
        raise Failure(f"input {_input(name)} is none of: {shown}")
    return found


def plain(name):
    """An input of one line."""
    return _line(name, value(name))


def plain_lines(name):
    """An input of many lines, each of which is one value."""
    return [_line(name, line) for line in lines(name)]


def _line(name, found):
    if any(ord(c) < 32 or ord(c) == 127 for c in found):
        raise Failure(f"input {_input(name)} holds a control character")
    return found


def lines(name):
    """An input of many lines: those that are not blank."""
    found = value(name).replace("\r\n", "\n").split("\n")
    return [line for line in found if line.strip()]


def _input(name):
    return name.removeprefix("INPUT_").lower().replace("_", "-")


def temporary():
    """The runner's folder for files that end with the job."""
    folder = value("RUNNER_TEMP")
    if not folder:
        raise Failure("RUNNER_TEMP is not set: this runs inside a workflow")
    return folder


def program_name():
    """The program's file name on this runner."""
    return "cogward.exe" if value("RUNNER_OS") == "Windows" else "cogward"


def output(name, text):
    """Sets an output of the step."""
    text = str(text)
    if "\n" in text or "\r" in text:
        raise Failure(f"output {name} would have several lines")
    _append("GITHUB_OUTPUT", f"{name}={text}\n")


def fit(text, limit, rest):
    """Markdown of so many bytes: all of it, or whole lines of its beginning and the sentence `rest`."""
    data = text.encode()
    if len(data) <= limit:
        return text
    text = data[: limit - 1024].decode(errors="ignore")
    text = text[: text.rfind("\n") + 1]
    fences = re.findall(r"^(`{3,})", text, flags=re.MULTILINE)
    if len(fences) % 2:
        text += fences[-1] + "\n"
    text += "</details>\n" * (text.count("<details>") - text.count("</details>"))
    return f"{text}\n*{rest}*\n"


def summary(text):
    """Adds to the job summary: all of it, or its beginning."""
    text = fit(text, SUMMARY_LIMIT - 1024, "The report is longer than a summary may be: this is its beginning.")
    _append("GITHUB_STEP_SUMMARY", text if text.endswith("\n") else text + "\n")


def _append(name, text):
    path = value(name)
    if path:
        with open(path, "a", encoding="utf-8", newline="\n") as file:
            file.write(text)


def _command(kind, text):
    for char, code in (("%", "%25"), ("\r", "%0D"), ("\n", "%0A")):
        text = text.replace(char, code)
    print(f"::{kind} title=cogward::{text}", flush=True)


def error(text):
    _command("error", text)


def warning(text):
    _command("warning", text)


def notice(text):
    _command("notice", text)


def environment():
    """What programs that are started get: everything but the token, which none of them needs."""
    found = {name: text for name, text in os.environ.items() if name not in ("GITHUB_TOKEN", "GH_TOKEN")}
    found["COGWARD_SOURCE_URL"] = source_url()
    return found


def source_url():
    """Where the files are shown at the commit that is read; empty where that is not known."""
    server, name = value("GITHUB_SERVER_URL"), value("GITHUB_REPOSITORY")
    # A pull request is checked out as a merge that nobody sees later.
    sha = dig(event(), "pull_request", "head", "sha") or value("GITHUB_SHA")
    parts = [(r"https://[A-Za-z0-9.-]+", server), (r"[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+", name), ("[0-9a-f]{40}", str(sha))]
    if not all(re.fullmatch(form, part) for form, part in parts):
        return ""
    return f"{server}/{name}/blob/{sha}/"


def guarded(arguments):
    """Runs a program and shows what it says; the runner obeys none of it, until a word that nobody can know."""
    token = secrets.token_hex(16)
    print(f"::stop-commands::{token}", flush=True)
    try:
        done = subprocess.run(arguments, stdin=subprocess.DEVNULL, stderr=subprocess.STDOUT, env=environment(), check=False)
        code = done.returncode
    except OSError as problem:
        code = 2
        print(f"cannot be run: {problem.strerror}", flush=True)
    # An unfinished line would swallow the command that follows.
    print(f"\n::{token}::", flush=True)
    return code if code >= 0 else 2


def event():
    """The event that started the workflow; empty where there is none."""
    path = value("GITHUB_EVENT_PATH")
    if not path:
        return {}
    try:
        with open(path, encoding="utf-8") as file:
            found = json.load(file)
    except (OSError, ValueError):
        raise Failure("the file of GITHUB_EVENT_PATH is not JSON") from None
    return found if isinstance(found, dict) else {}


def dig(tree, *keys):
    """A member of a member; `None` where anything on the way is not there."""
    for key in keys:
        tree = tree.get(key) if isinstance(tree, dict) else None
    return tree


def from_fork():
    """Whether the event is a pull request from another repository: it gets no secrets, and a token that only reads."""
    found = event()
    head = dig(found, "pull_request", "head", "repo", "full_name")
    base = dig(found, "pull_request", "base", "repo", "full_name")
    return dig(found, "pull_request") is not None and head != base


def tool(name):
    """The path of a program of the runner; `None` where there is none. Never one that the checkout brings: Windows looks in
    the working directory first, and a relative entry of PATH leads there as well."""
    file = f"{name}.exe" if os.name == "nt" else name
    paths = [os.path.join(folder, file) for folder in os.get_exec_path() if os.path.isabs(folder)]
    return next((path for path in paths if os.path.isfile(path) and os.access(path, os.X_OK)), None)


def has_commit(sha):
    """Whether the checkout has a commit, or can fetch it from where it came from."""
    git = tool("git")
    if git is None:
        return False
    quiet = {"stdin": subprocess.DEVNULL, "capture_output": True, "timeout": 60}
    quiet["env"] = {**environment(), "GIT_TERMINAL_PROMPT": "0"}
    is_there = [git, "cat-file", "-e", f"{sha}^{{commit}}"]
    fetch = [git, "fetch", "--quiet", "--depth=1", "--no-tags", "--no-recurse-submodules", "origin", sha]
    try:
        return not all(subprocess.run(command, check=False, **quiet).returncode for command in (is_there, fetch))
    except subprocess.TimeoutExpired:
        return False


def credentials():
    """Whether anything in the environment leads to AWS."""
    names = (
        "AWS_ACCESS_KEY_ID",
        "AWS_PROFILE",
        "AWS_WEB_IDENTITY_TOKEN_FILE",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    )
    return any(value(name) for name in names)


def repository():
    """`owner/name`, in the form that may stand in a path."""
    found = value("GITHUB_REPOSITORY")
    if not re.fullmatch(r"[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+", found) or ".." in found:
        raise Failure("GITHUB_REPOSITORY is not set")
    return found


def main(step):
    """Runs a step: a failure is one line in the log and exit code 2."""
    try:
        return step() or 0
    except Failure as problem:
        error(str(problem))
        return 2
    except BrokenPipeError:
        return 2


def text_of(path):
    """A file's text; empty where it is not there."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except FileNotFoundError:
        return ""


def report_of(path):
    """A JSON report; an empty one where none was written."""
    try:
        found = json.loads(text_of(path) or "{}")
    except ValueError:
        found = {}
    return found if isinstance(found, dict) else {}


def stop(message):
    """Ends the process because the action was called in a way that no workflow does."""
    print(message, file=sys.stderr)
    sys.exit(2)
