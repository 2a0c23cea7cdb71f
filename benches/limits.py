#!/usr/bin/env python3
"""Runs a binary on inputs that are as large as they may be, or larger, and measures it, as docs/reliability.md reports it.

    cargo build --locked --release
    python3 benches/limits.py target/release/cogward [--scale FACTOR] [CASE ...]

Every case is a folder that is made anew, a command, what its output must say, and limits: wall time, and peak memory of
the process. `--scale 0.5` makes inputs half as large, to see how the work grows; what depends on the size is not
compared then. Fails where a limit is passed, where the binary is killed, or where its output does not say what it must.
"""

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SECONDS = 3.0
MEBIBYTES = 300
# More than this, and a run is ended: a limit was passed anyway.
TIMEOUT = 300


class Case:
    """What one run is given and must give."""

    def __init__(self, make, args, says="", code=None, seconds=SECONDS, mebibytes=MEBIBYTES):
        self.make, self.args, self.says, self.code = make, args, says, code
        self.seconds, self.mebibytes = seconds, mebibytes


def policy(folder, text, name="policies/p.yaml"):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def unknown_keys(folder, scale):
    """One file of keys that nobody knows."""
    keys = "".join(f"k{n:06}: 1\n" for n in range(int(190_000 * scale)))
    policy(folder, f"version: 1\n{keys}")


def unknown_flow_keys(folder, scale):
    """The same in as many values as a text may have."""
    keys = "".join(f"k{n:06}: 1\n" for n in range(int(99_900 * scale)))
    policy(folder, f"version: 1\n{keys}")


def unknown_keys_of_clients(folder, scale):
    """A slip in each of many clients."""
    clients = "".join(f"  c{n}: {{ inherit: true, atuh_flows: [] }}\n" for n in range(int(25_000 * scale)))
    policy(folder, f"version: 1\nclients:\n{clients}")


def wrong_values(folder, scale):
    """A list of values of which none is allowed."""
    values = "".join(f"  - FACTOR{n}\n" for n in range(int(150_000 * scale)))
    policy(folder, f"version: 1\nmfa:\n  factors:\n{values}")


def wrong_clients(folder, scale):
    """As many clients as a text may have values, none of which is one."""
    clients = "".join(f"  c{n}: 1\n" for n in range(int(99_900 * scale)))
    policy(folder, f"version: 1\nclients:\n{clients}")


def empty_values(folder, scale):
    """Keys without a value in each of many clients."""
    clients = "".join(f"  c{n}: {{ id: , inherit: true }}\n" for n in range(int(30_000 * scale)))
    policy(folder, f"version: 1\nclients:\n{clients}")


def unset_variables(folder, scale):
    """Variables that nothing gives."""
    values = "".join(f"  - ${{V{n}}}\n" for n in range(int(150_000 * scale)))
    policy(folder, f"version: 1\nrisk_exceptions:\n  always_block:\n{values}")


def waivers(folder, scale):
    """Many findings, and many waivers of that rule that take in none of them."""
    count = int(15_000 * scale)
    ranges = "".join(f"    - 10.{n >> 8 & 255}.{n & 255}.0/24\n" for n in range(count))
    waivers = "".join(
        f"  - {{ rule: range-not-public, at: /risk_exceptions/always_allow/{n}, reason: r, until: '2026-12-20' }}\n"
        for n in range(count)
    )
    policy(folder, f"version: 1\nrisk_exceptions:\n  always_block:\n{ranges}waivers:\n{waivers}")


def ignores(folder, scale):
    """Many findings on one line, and many ignores of other rules for that line."""
    count = int(30_000 * scale)
    ranges = ", ".join(f"10.{n >> 8 & 255}.{n & 255}.0/24" for n in range(count))
    comments = "# cogward: ignore[cidr-invalid] because\n" * int(9_000 * scale)
    policy(folder, f"version: 1\nrisk_exceptions:\n{comments}  always_block: [{ranges}]\n")


def documents(folder, scale):
    """A file of the largest size with nothing but documents."""
    policy(folder, "version: 1\n---\n" * int((4 << 20) / 15 * scale))


def empty_documents(folder, scale):
    """The same with the smallest ones."""
    policy(folder, "---\n" * int((4 << 20) / 4 * scale))


def ranges(folder, scale):
    """Long lists of addresses that are all in both."""
    count = int(30_000 * scale)
    entries = "".join(f"    - 45.{n >> 8 & 255}.{n & 255}.0/24\n" for n in range(count))
    policy(folder, f"version: 1\nrisk_exceptions:\n  always_block:\n{entries}  always_allow:\n{entries}")


def distinct_ranges(folder, scale):
    """Long lists of addresses with nothing wrong but their length."""
    count = int(30_000 * scale)
    one = "".join(f"    - 45.{n >> 8 & 255}.{n & 255}.0/24\n" for n in range(count))
    two = "".join(f"    - 46.{n >> 8 & 255}.{n & 255}.0/24\n" for n in range(count))
    policy(folder, f"version: 1\nrisk_exceptions:\n  always_block:\n{one}  always_allow:\n{two}")


def heavy_layers(folder, scale):
    """Layers of the largest size, under one policy."""
    text = "# " + "x" * 80 + "\n"
    ballast = text * int(((4 << 20) - 200) / len(text) * scale)
    names = [f"l{n}.yaml" for n in range(64)]
    for name in names:
        policy(folder, f"version: 1\n{ballast}", f"layers/{name}")
    listed = ", ".join(f"../layers/{name}" for name in names)
    policy(folder, f"version: 1\nextends: [{listed}]\n")


def full_layers(folder, scale):
    """Layers full of values, under one policy."""
    names = [f"l{n}.yaml" for n in range(64)]
    for name in names:
        clients = "".join(f"  {name[:-5]}c{n:06}: inherit\n" for n in range(int(90_000 * scale)))
        policy(folder, f"version: 1\nclients:\n{clients}", f"layers/{name}")
    listed = ", ".join(f"../layers/{name}" for name in names)
    policy(folder, f"version: 1\nextends: [{listed}]\n")


def heavy_bodies(folder, scale):
    """Bodies of the largest size, under one policy."""
    body = "x" * int((4 << 20) * scale)
    clients = []
    for n in range(64):
        policy(folder, body, f"mail/b{n}.txt")
        mail = f"{{ subject: s, text_file: ../mail/b{n}.txt }}"
        clients.append(f"  c{n}: {{ account_takeover: {{ notifications: {{ block_email: {mail} }} }} }}\n")
    policy(folder, f"version: 1\nclients:\n{''.join(clients)}")


def chain(folder, scale):
    """Files that each extend the one before."""
    policy(folder, "version: 1\n", "policies/p0.yaml")
    for n in range(1, int(3_000 * scale)):
        policy(folder, f"version: 1\nextends: p{n - 1}.yaml\n", f"policies/p{n}.yaml")


def heavy_layer_of_many(folder, scale):
    """A layer of many values under each of many policies."""
    clients = "".join(f"  c{n:06}: inherit\n" for n in range(int(60_000 * scale)))
    policy(folder, f"version: 1\nclients:\n{clients}", "layers/base.yaml")
    for n in range(200):
        policy(folder, "version: 1\nextends: ../layers/base.yaml\n", f"policies/p{n}.yaml")


def user_rules(folder, scale):
    """Rules that each use all the work that a rule may, on many policies."""
    loops = "true"
    for depth in range(6):
        loops = f"[0,1,2,3,4,5,6,7,8,9].all(v{depth}, {loops})"
    for n in range(20):
        rule = f"""id: mine-{n}
severity: warning
sees: [desired]
summary: A rule that takes long
rationale: It goes through a million numbers.
remediation: Leave it out of the run.
when: "{loops}"
at: "'/mode'"
message: it went through them
examples:
  bad: [{{ name: any, policy: {{}}, findings: [{{ at: "", message: it went through them }}] }}]
  good: [{{ name: none, policy: {{}} }}]
  lookalike: [{{ name: none, policy: {{}} }}]
"""
        policy(folder, rule, f"rules/mine-{n}.yaml")
    for n in range(int(100 * scale)):
        policy(folder, "version: 1\nmode: { standard: AUDIT }\n", f"policies/p{n}.yaml")
    (folder / "cogward.toml").write_text('[lint]\nrules = ["rules"]\n', encoding="utf-8")


CLIENT = """  c{n}:
    id: id{n}
    account_takeover:
      low: {{ action: NO_ACTION, notify: false }}
      medium: {{ action: MFA_IF_CONFIGURED, notify: true }}
      high: {{ action: BLOCK, notify: true }}
      notifications:
        source_arn: arn:aws:ses:us-west-2:123456789012:identity/security@example.com
        from: security@example.com
        block_email: {{ subject: Blocked, text: "Hello {{username}}, we blocked a sign-in." }}
        mfa_email: {{ subject: Asked, text: "Hello {{username}}, we asked you." }}
    compromised_credentials: {{ action: NO_ACTION, events: [SIGN_IN] }}
    risk_exceptions: {{ always_block: [45.1.0.0/16], always_allow: [52.1.0.0/24] }}
"""


def clients(folder, scale):
    """Whole clients."""
    clients = "".join(CLIENT.format(n=n) for n in range(int(4_000 * scale)))
    head = (
        "version: 1\nmode: { standard: ENFORCED }\nfeature_plan: PLUS\n"
        "compromised_credentials: { action: BLOCK, events: [SIGN_IN, SIGN_UP, PASSWORD_CHANGE] }\n"
    )
    policy(folder, f"{head}clients:\n{clients}")


def pools(folder, scale):
    """A snapshot of many pools, each with findings."""
    topic = "arn:aws:sns:us-west-2:123456789012:security"
    flows = ["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_PASSWORD_AUTH"]

    def pool(n):
        identifier = f"us-west-2_Pool{n:06}"
        return {
            "account": "123456789012",
            "region": "us-west-2",
            "id": identifier,
            "name": f"pool {n}",
            "created": "2025-01-10T00:00:00Z",
            "last_modified": "2025-02-01T00:00:00Z",
            "estimated_users": 1000 + n,
            "feature_plan": "PLUS",
            "mode": {"standard": "ENFORCED", "custom": "OFF"},
            "mfa": {"configuration": "OPTIONAL", "factors": ["SOFTWARE_TOKEN"]},
            "domain": False,
            "responses": {
                "account_takeover": {
                    "low": {"action": "NO_ACTION", "notify": False},
                    "medium": {"action": "MFA_IF_CONFIGURED", "notify": False},
                    "high": {"action": "NO_ACTION", "notify": False},
                },
                "compromised_credentials": {"action": "BLOCK", "events": ["SIGN_IN"]},
            },
            "clients": [
                {
                    "key": "web",
                    "id": f"idweb{n}",
                    "risk": "inherit",
                    "auth_flows": flows,
                    "oauth_flows": [],
                    "identity_providers": ["COGNITO"],
                    "propagate_user_context": False,
                }
            ],
            "alarms": [],
            "log_delivery": {},
            "topics": {topic: {"found": {"confirmed": 1, "pending": 0}}},
            "seen_metrics": [],
        }

    with (folder / "pools.json").open("w", encoding="utf-8") as file:
        file.write('{"version":1,"taken_at":"2026-11-26T12:00:00Z","pools":[')
        for n in range(int(20_000 * scale)):
            file.write(("," if n else "") + json.dumps(pool(n)))
        file.write("]}")


LINT = ["lint", "--today", "2026-11-26", "policies"]
SCAN = ["scan", "--today", "2026-11-26", "--from", "pools.json", "--format"]
CASES = {
    "unknown-keys": Case(unknown_keys, LINT),
    "unknown-keys-within": Case(unknown_flow_keys, LINT, "more problems"),
    "unknown-keys-of-clients": Case(unknown_keys_of_clients, LINT, "more problems"),
    "wrong-values": Case(wrong_values, LINT, "more problems"),
    "wrong-clients": Case(wrong_clients, LINT, "more problems"),
    "empty-values": Case(empty_values, LINT, "more problems"),
    "unset-variables": Case(unset_variables, LINT, "more problems"),
    "waivers": Case(waivers, LINT),
    "ignores": Case(ignores, LINT),
    "documents": Case(documents, LINT, "documents"),
    "empty-documents": Case(empty_documents, LINT, "documents"),
    "ranges": Case(ranges, LINT),
    "distinct-ranges": Case(distinct_ranges, LINT),
    "heavy-layers": Case(heavy_layers, LINT, "MiB"),
    "full-layers": Case(full_layers, LINT, "MiB"),
    "heavy-bodies": Case(heavy_bodies, LINT, "MiB"),
    "chain": Case(chain, LINT, "more than 64 layers"),
    "heavy-layer-of-many": Case(heavy_layer_of_many, LINT),
    "user-rules": Case(user_rules, LINT, "not checked"),
    "clients": Case(clients, LINT),
    "pools-human": Case(pools, [*SCAN, "human"]),
    "pools-json": Case(pools, [*SCAN, "json"]),
    "pools-json-file": Case(pools, [*SCAN, "human", "--output", "report.json"]),
    "pools-sarif": Case(pools, [*SCAN, "sarif"]),
    "pools-html": Case(pools, [*SCAN, "html"]),
    "pools-markdown": Case(pools, [*SCAN, "markdown"]),
}


def measure(binary, case, folder):
    """Exit code, wall seconds, CPU seconds, peak MiB and output of a run; the figures are those of this child alone."""
    output = folder / "output"
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.monotonic()
    with output.open("wb") as file:
        try:
            child = subprocess.run(
                [binary, *case.args],
                cwd=folder,
                stdout=file,
                stderr=subprocess.STDOUT,
                timeout=TIMEOUT,
                check=False,
            )
            code = child.returncode
        except subprocess.TimeoutExpired:
            code = None
    wall = time.monotonic() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return code, wall, cpu, after.ru_maxrss / 1024, output


def alone(binary, name, scale):
    """Measures one case in a process of its own, as the peak of children is that of the largest."""
    case = CASES[name]
    folder = Path(tempfile.mkdtemp(prefix=f"limits-{name}-"))
    try:
        case.make(folder, scale)
        code, wall, cpu, peak, output = measure(binary, case, folder)
        faults = []
        if code is None or code < 0 or code > 5:
            faults.append("ended badly")
        if wall > case.seconds:
            faults.append("too slow")
        if peak > case.mebibytes:
            faults.append("too large")
        said = case.says.encode()
        if scale == 1 and said and said not in output.read_bytes():
            faults.append(f"does not say {case.says!r}")
        size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) - output.stat().st_size
        print(json.dumps([code, wall, cpu, peak, size, output.stat().st_size, faults]))
    finally:
        shutil.rmtree(folder)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary")
    parser.add_argument("cases", nargs="*", metavar="CASE", help=", ".join(CASES))
    parser.add_argument("--scale", type=float, default=1)
    parser.add_argument("--alone", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_intermixed_args()
    binary = os.path.abspath(args.binary)
    unknown = [name for name in args.cases if name not in CASES]
    if unknown:
        parser.error(f"no such case: {', '.join(unknown)}")
    if args.alone:
        return alone(binary, args.cases[0], args.scale)
    print("| case | input | wall | CPU | peak memory | output | exit code | limit | |")
    print("|---|---:|---:|---:|---:|---:|---:|---:|---|")
    failed = False
    for name in args.cases or CASES:
        command = [sys.executable, __file__, "--alone", "--scale", str(args.scale), binary, name]
        child = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        code, wall, cpu, peak, size, output, faults = json.loads(child.stdout)
        case = CASES[name]
        figures = f"{size / 1e6:.1f} MB | {wall:.2f} s | {cpu:.2f} s | {peak:.0f} MiB | {output / 1e6:.1f} MB | {code}"
        limit = f"{case.seconds:g} s, {case.mebibytes} MiB"
        print(f"| {name} | {figures} | {limit} | {', '.join(faults) or 'ok'} |", flush=True)
        failed |= bool(faults)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
