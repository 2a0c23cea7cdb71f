#!/usr/bin/env python3
"""Whether the tools that `cogward export` writes for accept what it writes, and read in it what the policy says.

    export.py COGWARD CFN_LINT CDK

CDK is a folder with aws-cdk-lib, constructs and typescript. Of every policy: cfn-lint on the template; the construct compiled
and synthesised, and its resources compared with those of the template; the script run by bash with an `aws` that keeps what
it is given, which botocore validates. Policies that find pools by name are compared with both templates by cogward itself.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import botocore.loaders
import botocore.model
import botocore.validate

ROOT = Path(__file__).resolve().parent.parent
# A policy, and whether `cogward diff` can find its pool in a template: where it names no id.
POLICIES = [
    ("tests/data/export/shop.yaml", True),
    ("policies/examples/customers-prod.yaml", False),
    ("policies/examples/field-setup.yaml", False),
    ("policies/examples/first.yaml", False),
]
# Stands for the AWS CLI.
STUB = """#!/usr/bin/env python3
import json, os, sys
with open(os.environ["CALLS"], "a", encoding="utf-8") as file:
    file.write(json.dumps(sys.argv[1:]) + "\\n")
"""


def run(arguments, folder=ROOT, allowed=(0,), **more):
    done = subprocess.run(arguments, cwd=folder, capture_output=True, text=True, check=False, **more)
    if done.returncode not in allowed:
        sys.exit(f"{' '.join(map(str, arguments))}: exit code {done.returncode}\n{done.stdout}\n{done.stderr}")
    return done


def plain(resources):
    """Types and properties in an order of their own, with a reference as the place of the resource that it names."""
    names = {name: f"{resource['Type']} {index}" for index, (name, resource) in enumerate(sorted_by_place(resources))}

    def value(node):
        if isinstance(node, dict):
            if list(node) == ["Ref"]:
                return {"Ref": names[node["Ref"]]}
            return {key: value(inner) for key, inner in node.items()}
        return [value(item) for item in node] if isinstance(node, list) else node

    found = [(names[name], value(resource["Properties"])) for name, resource in sorted_by_place(resources)]
    return json.dumps(found, sort_keys=True, ensure_ascii=False, indent=1)


def sorted_by_place(resources):
    return [(name, one) for name, one in resources.items() if one["Type"] != "AWS::CDK::Metadata"]


def cdk(tools, text, folder):
    """The template that a construct becomes, and the folder of the assembly."""
    for name in ("app.ts", "tsconfig.json"):
        shutil.copy(ROOT / ".ci/export" / name, folder)
    (folder / "export.ts").write_text(text, encoding="utf-8")
    (folder / "package.json").write_text("{}", encoding="utf-8")
    (folder / "node_modules").symlink_to(tools / "node_modules")
    run([folder / "node_modules/.bin/tsc", "--project", "."], folder)
    run(["node", "out/app.js"], folder, env={**os.environ, "CDK_DISABLE_VERSION_CHECK": "1"})
    return folder / "cdk.out", json.loads((folder / "cdk.out/Pools.template.json").read_text(encoding="utf-8"))


def calls(text, folder):
    """What bash gives to `aws`, call by call."""
    script, stub, log = folder / "export.sh", folder / "aws", folder / "calls"
    script.write_text(text, encoding="utf-8")
    stub.write_text(STUB, encoding="utf-8")
    stub.chmod(0o755)
    log.touch()
    run(["bash", "-n", script])
    asked = [line[len(': "${') :].split(":")[0] for line in text.splitlines() if line.startswith(': "${')]
    given = {name: "us-west-2_EXAMPLE" if name.endswith("_POOL") else "1example23456789" for name in asked}
    path = f"{folder}:{os.environ['PATH']}"
    run(["bash", script], folder, env={**os.environ, **given, "PATH": path, "CALLS": str(log)})
    if asked:
        refused = run(["bash", script], folder, (1, 127), env={**os.environ, "PATH": path, "CALLS": "/dev/null"})
        if "set it to the id" not in refused.stderr:
            sys.exit(f"the script says nothing of ids that are not set:\n{refused.stderr}")
    return [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]


def validate(arguments):
    """A call against the model of the service: members that it does not have, that it lacks, and of another type."""
    service, operation, *options = arguments
    if options[-2] != "--cli-input-json" or options[:-2] not in ([], ["--region", options[1]]):
        sys.exit(f"other options than expected: {options}")
    model = botocore.loaders.Loader().load_service_model(service, "service-2")
    name = "".join(word.capitalize() for word in operation.split("-"))
    shape = botocore.model.ServiceModel(model, service).operation_model(name).input_shape
    report = botocore.validate.ParamValidator().validate(json.loads(options[-1]), shape)
    if report.has_errors():
        sys.exit(f"{service} {operation}: {report.generate_report()}\n{options[-1]}")


def check(program, lint, tools, policy, finds):
    def export(language):
        return run([program, "export", policy, "--to", language]).stdout

    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        template = folder / "template.yaml"
        template.write_text(export("cloudformation"), encoding="utf-8")
        run([lint, "--format", "parseable", "--", template])
        whole = load(lint, template)
        (folder / "cdk").mkdir()
        assembly, synthesised = cdk(tools, export("cdk"), folder / "cdk")
        ours, theirs = plain(whole["Resources"]), plain(synthesised["Resources"])
        if ours != theirs:
            sys.exit(f"{policy}: the template has\n{ours}\nand CDK's has\n{theirs}")
        if finds:
            for source in (template, assembly):
                run([program, "diff", policy, "--from", source, "--fail-on", "any"])
        found = calls(export("aws-cli"), folder)
        for call in found:
            validate(call)
        print(f"{policy}: {len(whole['Resources'])} resources, {len(found)} calls")


def load(lint, template):
    """The template as cfn-lint's environment reads YAML."""
    code = "import json, sys, yaml; print(json.dumps(yaml.safe_load(open(sys.argv[1], encoding='utf-8'))))"
    return json.loads(run([lint.with_name("python"), "-c", code, template]).stdout)


def main():
    program, lint, tools = (Path(argument).absolute() for argument in sys.argv[1:])
    for policy, finds in POLICIES:
        check(program, lint, tools, policy, finds)


main()
