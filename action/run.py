"""Runs `cogward`, shows what it says, and sets the outputs."""

import os
import re
import tempfile

import runner

COMMANDS = ["lint", "diff", "scan", "gate", "impact", "apply", "audit", "snapshot", "merge"]
# These read live pools and say how they are: an issue is about that.
LIVE = ["diff", "scan", "gate"]
# These are about pools, not policies.
WITHOUT_PATHS = ["scan", "snapshot", "audit"]
# These write a snapshot, not a report.
SNAPSHOTS = ["snapshot", "merge"]
SNAPSHOT = "pools.json"
SEVERITIES = ["note", "warning", "error", "never"]
FORMATS = ["human", "table", "json", "markdown"]


def step():
    """The exit code is an output: what follows must run whatever it is, and `verdict` ends the action with it."""
    folder = tempfile.mkdtemp(prefix="cogward.", dir=runner.temporary())
    runner.output("folder", folder)
    try:
        arguments, note = decide(folder)
    except runner.Failure as problem:
        runner.error(str(problem))
        runner.output("exit-code", 2)
        return 0
    if note:
        runner.notice(note)
        with open(os.path.join(folder, "note.md"), "w", encoding="utf-8") as file:
            file.write(f"> [!NOTE]\n> {note}\n")
    code = runner.guarded(arguments)
    report(folder, code, note)
    return 0


def decide(folder):
    """What to run, and what has to be said about it."""
    command = asked = runner.one_of("INPUT_COMMAND", COMMANDS)
    shown = runner.one_of("INPUT_FORMAT", FORMATS)
    paths = runner.lines("INPUT_PATHS")
    # A run over nothing must not look like a clean one, nor fall back to another folder.
    if command not in WITHOUT_PATHS and not paths:
        raise runner.Failure("input paths is empty")
    if runner.flag("INPUT_ISSUE") and command not in LIVE:
        raise runner.Failure(f"an issue is about live pools: input issue is for {', '.join(LIVE)}, not for {command}")
    more, note = [], ""
    if command in ("diff", "scan"):
        command, more, note = without_credentials(command, folder)
    since, missing = base(command)
    note = " ".join(part for part in (note, missing) if part)
    options = threshold(asked, command) + more + since + own_options(command)
    sarif = runner.flag("INPUT_SARIF")
    if sarif and command not in ("lint", "diff", "scan", "gate"):
        raise runner.Failure(f"there is no SARIF of {command}")
    if command in SNAPSHOTS:
        arguments = [program(), command, *options, f"--output={os.path.join(folder, SNAPSHOT)}"]
        return (arguments if command == "snapshot" else [*arguments, "--", *paths]), note
    outputs = ["markdown=report.md", "json=report.json"]
    if command not in ("apply", "audit"):
        outputs.append("comment=comment.md")
    if command not in ("apply", "audit", "impact"):
        outputs.append("github=commands.txt")
    elif shown == "table":
        # Plans and impacts are no lists of findings.
        shown = "human"
    if sarif:
        outputs.append("sarif=cogward.sarif")
    for output in outputs:
        form, name = output.split("=")
        options.append(f"--output={form}={os.path.join(folder, name)}")
    arguments = [program(), command, f"--format={shown}", *options]
    return (arguments if command in WITHOUT_PATHS else [*arguments, "--", *paths]), note


def program():
    return runner.value("PROGRAM") or "cogward"


def threshold(asked, command):
    """`fail-on` in the words of the command that was asked for; another one has its own threshold."""
    words = {"lint": SEVERITIES, "scan": SEVERITIES, "diff": ["any", "weaker"]}.get(asked, [])
    found = runner.one_of("INPUT_FAIL_ON", ["", *words])
    if not found or asked != command:
        return []
    return [f"--fail-on={found}" if command == "diff" else f"--deny={found}"]


def own_options(command):
    """Options that have an input, and those that have none. The latter are the workflow's own words, one a line."""
    options = []
    least = runner.one_of("INPUT_MIN_SEVERITY", ["", *SEVERITIES[:3]])
    if least and command in ("lint", "scan"):
        options.append(f"--min-severity={least}")
    for name, commands in (("ledger", ("lint", "diff", "gate")), ("shard", ("snapshot",))):
        found = runner.plain(f"INPUT_{name.upper()}")
        if found and command in commands:
            options.append(f"--{name}={found}")
    if command == "apply":
        options += writing()
    if command == "audit":
        options += auditing()
    if command == "impact" and runner.plain("INPUT_FROM"):
        options.append(f"--from={runner.plain('INPUT_FROM')}")
    for option in runner.lines("INPUT_OPTIONS"):
        if not option.startswith("--") or option == "--":
            raise runner.Failure("each line of the input options is one option, as --name=value")
        options.append(option)
    return options


def base(command):
    """In a pull request, and in a merge queue, evidence for the audit gate is what the base has: the change is not evidence
    for itself."""
    event = runner.event()
    sha = runner.dig(event, "pull_request", "base", "sha") or runner.dig(event, "merge_group", "base_sha")
    if command not in ("lint", "diff", "gate", "apply") or not re.fullmatch("[0-9a-f]{40}", str(sha)):
        return [], ""
    if runner.has_commit(sha):
        return [f"--base={sha}"], ""
    if command == "apply":
        raise runner.Failure(
            "the commit that the change is based on cannot be fetched (`fetch-depth: 2` for actions/checkout): without it,"
            " what the change declares would be evidence for its own audit gate"
        )
    return [], (
        "The commit that the change is based on cannot be fetched (`fetch-depth: 2` for actions/checkout), so"
        " declarations and ledger lines of the change count as evidence for the audit gate."
    )


def writing():
    """`apply` shows a plan and saves it for a review, or carries out one that was reviewed; nothing else."""
    pools = runner.plain("INPUT_MAX_POOLS")
    if not re.fullmatch("[0-9]{1,6}", pools):
        raise runner.Failure("input max-pools is not a number")
    saved, reviewed = runner.plain("INPUT_PLAN_OUT"), runner.plain("INPUT_PLAN")
    if bool(saved) == bool(reviewed):
        raise runner.Failure("apply needs one of the inputs plan-out, to save a plan, and plan, to carry out a reviewed one")
    if saved:
        return ["--dry-run", f"--plan-out={saved}", f"--max-pools={int(pools)}"]
    return [f"--plan={reviewed}", "--yes", f"--max-pools={int(pools)}"]


def auditing():
    """`audit` writes to one pool, which has a name and a reason; nobody's pull request starts it."""
    pool, reason = runner.plain("INPUT_POOL"), runner.plain("INPUT_REASON")
    if not pool or not reason.strip():
        raise runner.Failure("audit needs the inputs pool and reason: why the pool is put into AUDIT is kept in the journal")
    if runner.dig(runner.event(), "pull_request") is not None:
        raise runner.Failure("audit changes a live pool, and is not run for a pull request")
    return [f"--pool={pool}", f"--reason={reason}", "--yes"]


def without_credentials(command, folder):
    """What reads live pools when nothing leads to AWS: to a snapshot, or, in a pull request from a fork, to the
    linter alone. What was not read is reported."""
    given, source = runner.plain_lines("INPUT_FROM"), runner.plain("INPUT_SOURCE")
    if source and not given:
        raise runner.Failure("input source is the configuration of the plans that input from names, which is empty")
    if given:
        return command, [f"--from={one}" for one in given] + ([f"--source={source}"] if source else []), ""
    if runner.credentials():
        return command, [], ""
    name = runner.plain("INPUT_SNAPSHOT_ARTIFACT")
    why = "no snapshot is named for such runs"
    if name:
        # Only here: most runs ask GitHub for nothing.
        import snapshot

        path, words = snapshot.fetch(folder, name)
        if path:
            note = f"There are no credentials here: policies are compared with the snapshot of {words}, not with live pools."
            return command, [f"--from={path}"], note
        why = words
    if command == "diff" and runner.from_fork():
        note = f"A pull request from a fork gets no credentials, and {why}: the policies were linted and not compared."
        return "lint", [], note
    return command, [], ""


def report(folder, code, note):
    """Annotations, summary and outputs of what was written."""
    place = lambda name: os.path.join(folder, name)  # noqa: E731
    # Written, escaped and limited by the program's own format for workflow commands.
    commands = runner.text_of(place("commands.txt"))
    if commands:
        print(commands, flush=True)
    page = runner.text_of(place("report.md"))
    if os.path.exists(place(SNAPSHOT)):
        page = f"cogward wrote a snapshot of the pools (exit code {code}).\n"
        runner.output("snapshot", place(SNAPSHOT))
    if not page:
        page = f"cogward could not write a report (exit code {code}); the log says why.\n"
    runner.summary((f"> [!NOTE]\n> {note}\n\n" if note else "") + page)
    runner.output("exit-code", code)
    counts = runner.dig(runner.report_of(place("report.json")), "summary")
    if isinstance(counts, dict):
        number = lambda tree, *names: sum(int(tree.get(name, 0)) for name in names)  # noqa: E731
        runner.output("findings", number(counts, "errors", "warnings", "notes"))
        differences = counts.get("differences")
        if isinstance(differences, dict):
            runner.output("drift", number(differences, "weaker", "undefined", "neutral", "stronger"))
            runner.output("weaker", number(differences, "weaker", "undefined"))
    if os.path.exists(place("report.md")):
        runner.output("report", place("report.md"))
    if os.path.exists(place("report.json")):
        runner.output("json", place("report.json"))
    # The token of a pull request from a fork may not write code-scanning results.
    if os.path.exists(place("cogward.sarif")) and not runner.from_fork():
        runner.output("sarif-file", place("cogward.sarif"))
