"""Applies random policies to random pools of an independent service, through the binary, and compares every member.

    python3 benches/independent/main.py target/release/cogward [CASES] [SEED]

A pool, its clients, risk configurations, MFA, logs and alarms are made at random, with members that nobody has heard of
at random depths. A random policy is applied with everything named that it has to name. Afterwards whatever the policy
does not manage must be what it was; then the journal is rolled back, and everything must be what it was. The service
(service.py) resets what an update does not send. Prints a table of counts; fails where something was lost.
"""

import collections
import concurrent.futures
import copy
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import threading

import generate
import service

# They move by themselves, or are made by the service.
VOLATILE = {"LastModifiedDate", "AlarmArn", "StateValue"}


# --- what a policy manages, as places in the service's state ------------------------------------------


def managed(wanted):
    """Places, each a path; what lies at or below one may differ."""
    places = []
    places += [("pool", "UserPoolAddOns", "AdvancedSecurityMode")] if "standard" in wanted.get("mode", {}) else []
    if "custom" in wanted.get("mode", {}):
        places.append(("pool", "UserPoolAddOns", "AdvancedSecurityAdditionalFlows", "CustomAuthMode"))
        # Standard authentication has to be said with it: OFF where nothing was.
    places += of_risk("", wanted)
    ids = {"web": "1web000000000000000000", "mobile": "2mobile0000000000000000"}
    for name, entry in wanted.get("clients", {}).items():
        key = ids[name]
        if entry.get("inherit"):
            places.append(("risk", key))
        elif "account_takeover" in entry:
            places += of_risk(key, entry)
        places += [("clients", key, "ExplicitAuthFlows")] if "auth_flows" in entry else []
    if "mfa" in wanted:
        places += [("mfa",), ("pool", "MfaConfiguration")]
    places += [
        ("logs", generate.LOGS[key][0], "CloudWatchLogsConfiguration", "LogGroupArn")
        for key in wanted.get("log_delivery", {})
    ]
    places += [("logs", generate.LOGS[key][0], "LogLevel") for key in wanted.get("log_delivery", {})]
    places += [("logs", generate.LOGS[key][0], "EventSource") for key in wanted.get("log_delivery", {})]
    known = [
        name for name in generate.alarm("", "") if name not in ("AlarmDescription", "OKActions", "InsufficientDataActions")
    ]
    places += [("alarms", "risk-a", name) for name in known] if "alarms" in wanted else []
    return places


def of_risk(key, wanted):
    places = []
    takeover = ("risk", key, "AccountTakeoverRiskConfiguration")
    for name in wanted.get("account_takeover", {}):
        places += [(*takeover, "Actions", generate.LEVELS[name], member) for member in ("EventAction", "Notify")]
    if "compromised_credentials" in wanted:
        part = ("risk", key, "CompromisedCredentialsRiskConfiguration")
        places += [(*part, "EventFilter"), (*part, "Actions", "EventAction")]
    if "risk_exceptions" in wanted:
        places.append(("risk", key, "RiskExceptionConfiguration", "BlockedIPRangeList"))
    return places


def rest(taken, places):
    """A state without what is managed or moves by itself; what is then empty counts as absent."""
    places = set(places)

    def walk(value, path):
        if path in places:
            return None
        if isinstance(value, dict):
            inner = {name: walk(one, (*path, name)) for name, one in value.items() if name not in VOLATILE}
            return {name: one for name, one in inner.items() if one not in (None, {}, [])}
        return value

    return walk(taken, ())


def take(play):
    logs = {one["EventSource"]: one for one in play.logs}
    for one in play.alarms.values():
        one["Dimensions"].sort(key=lambda dimension: dimension["Name"])
    parts = {"pool": play.pool, "clients": play.clients, "risk": play.risk, "mfa": play.mfa, "logs": logs}
    return copy.deepcopy({**parts, "alarms": play.alarms})


def lost(before, after, path=""):
    """Places that differ, outermost first."""
    if isinstance(before, dict) and isinstance(after, dict):
        return [
            place for name in sorted({*before, *after}) for place in lost(before.get(name), after.get(name), f"{path}/{name}")
        ]
    return [] if before == after else [path]


# --- a case ------------------------------------------------------------------------------------------


class Case:
    """One pool, one policy, and the program's answers."""

    def __init__(self, program, seed, folder):
        self.rng = random.Random(seed)
        self.program, self.seed, self.folder = program, seed, pathlib.Path(folder)
        self.counts, self.faults = collections.Counter(), []

    def run(self, *arguments):
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_REGION": "us-west-2",
            "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
            "AWS_SECRET_ACCESS_KEY": "example",
            "AWS_EC2_METADATA_DISABLED": "true",
        }
        return subprocess.run(
            [self.program, *arguments],
            check=False,
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
        )

    def named(self, *arguments):
        """The options that accept everything which the plan refuses unless it is named."""
        shown = self.run(*arguments, "--dry-run", "--format", "json")
        try:
            refused = json.loads(shown.stdout)["refused"]
        except (ValueError, KeyError):
            return []
        # Each once: an option with a reason may be given only once.
        accepts = dict.fromkeys(tuple(one["accept"]) for one in refused if "accept" in one)
        return [word.replace("REASON", "bench") for accept in accepts for word in accept]

    def play(self, server, handler, now):
        play = handler.state = generate.state(self.rng, now)
        self.endpoint = f"http://127.0.0.1:{server.server_address[1]}"
        unheard = [
            generate.plant(self.rng, part)
            for part in (play.pool, play.clients, play.risk, play.mfa, play.logs, play.alarms)
            if part and self.rng.random() < 0.4
        ]
        # Containers whose keys are ids are no objects of the service.
        for part in (play.clients, play.risk, play.alarms):
            for name in [name for name in part if name.startswith("Unheard")]:
                del part[name]
        wanted = generate.policy(self.rng)
        (self.folder / "policy.yaml").write_text(json.dumps(wanted))
        before = take(play)
        self.counts["random pools and policies"] += 1
        self.counts["of them with members that nobody has heard of"] += any(unheard)
        apply = ["apply", "policy.yaml", "--journal", "journal.jsonl"]
        done = self.run(*apply, *self.named("apply", "policy.yaml"), "--yes")
        after = take(play)
        self.counts[f"of them that ended with exit code {done.returncode}"] += 1
        if done.returncode not in (0, 4, 5):
            self.fault("apply", done, wanted, before, after, [f"exit code {done.returncode}"])
        if done.returncode == 5 and play.writes:
            self.fault("apply refused and wrote", done, wanted, before, after, [])
        places = lost(rest(before, managed(wanted)), rest(after, managed(wanted)))
        self.counts["members compared"] += size(before)
        self.counts["**lost or changed unmanaged members**"] += len(places)
        if places:
            self.fault("apply", done, wanted, before, after, places)
        if done.returncode == 0 and play.writes:
            self.counts["of them carried out"] += 1
            self.roll_back(play, before, wanted)

    def roll_back(self, play, before, wanted):
        back = self.run("rollback", "journal.jsonl", *self.named("rollback", "journal.jsonl"), "--yes")
        after = take(play)
        self.counts[f"rolled back: exit code {back.returncode}"] += 1
        made = set(after["alarms"]) - set(before["alarms"])
        for name in made:
            del after["alarms"][name]
        places = lost(rest(before, ()), rest(after, ())) if back.returncode == 0 else []
        self.counts["**members that a rollback did not give back**"] += len(places)
        if places:
            self.fault("rollback", back, wanted, before, after, places)

    def fault(self, what, done, wanted, before, after, places):
        self.faults.append(
            f"seed {self.seed}: {what}: {places}\npolicy: {json.dumps(wanted)}\n"
            f"before: {json.dumps(before)}\nafter: {json.dumps(after)}\n{done.stdout}{done.stderr}"
        )


def size(value):
    if isinstance(value, dict):
        return sum(1 + size(one) for one in value.values())
    return 0


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    cases = int(sys.argv[2]) if len(sys.argv) > 2 else 2000
    first = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    now = 1_790_000_000.0

    def some_cases(seeds):
        server, handler = service.serve()
        threading.Thread(target=server.serve_forever, daemon=True).start()
        counts, faults = collections.Counter(), []
        for seed in seeds:
            with tempfile.TemporaryDirectory() as folder:
                case = Case(program, seed, folder)
                case.play(server, handler, now)
                counts.update(case.counts)
                faults += case.faults
        server.shutdown()
        return counts, faults

    # The program waits more than it works: it spaces its calls as AWS's quotas want it.
    workers = 6 * (os.cpu_count() or 1)
    seeds = [range(first + number, first + cases, workers) for number in range(workers)]
    counts, faults = collections.Counter(), []
    with concurrent.futures.ThreadPoolExecutor(workers) as pool:
        for some_counts, some_faults in pool.map(some_cases, seeds):
            # `+=` would forget the zeros.
            counts.update(some_counts)
            faults += some_faults
    for name in ("**lost or changed unmanaged members**", "**members that a rollback did not give back**"):
        counts[name] += 0
    print("| tried through the binary | number |\n|---|---:|")
    for name, number in sorted(counts.items(), key=lambda entry: ("**" in entry[0], entry[0])):
        print(f"| {name} | {number} |")
    # What an apply lost comes first.
    for fault in sorted(faults, key=lambda fault: ": rollback" in fault)[:5]:
        print(fault, file=sys.stderr)
    if faults:
        sys.exit(f"{len(faults)} cases at fault")


if __name__ == "__main__":
    main()
