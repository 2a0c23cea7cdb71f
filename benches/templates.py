#!/usr/bin/env python3
"""Writes inputs of benches/templates.sh: `templates.py templates COUNT FOLDER`, or `templates.py plan MEGABYTES FILE`.

A template has 225 lines: a pool, five clients, their responses, two alarms and log delivery. A plan is made of the sample in
tests/data/templates/plan-change, a hundred times with other names, and of resources of other kinds, each with a long text.
"""

import json
import sys
from pathlib import Path

SAMPLE = Path(__file__).resolve().parent.parent / "tests/data/templates/plan-change/tfplan.json"
LINES = 225
CLIENTS = 5
COPIES = 100
POOL = """AWSTemplateFormatVersion: "2010-09-09"
Description: Sign-in of application {n}
Resources:
  Pool:
    Type: AWS::Cognito::UserPool
    Properties:
      UserPoolName: app-{n}
      UserPoolTier: PLUS
      MfaConfiguration: "OPTIONAL"
      EnabledMfas:
        - SOFTWARE_TOKEN_MFA
      UserPoolAddOns:
        AdvancedSecurityMode: ENFORCED
"""
CLIENT = """  Client{c}:
    Type: AWS::Cognito::UserPoolClient
    Properties:
      UserPoolId: !Ref Pool
      ClientName: client-{c}
      ExplicitAuthFlows:
        - ALLOW_USER_SRP_AUTH
        - ALLOW_REFRESH_TOKEN_AUTH
"""
RESPONSES = """  Responses{c}:
    Type: AWS::Cognito::UserPoolRiskConfigurationAttachment
    Properties:
      UserPoolId: !Ref Pool
      ClientId: {client}
      AccountTakeoverRiskConfiguration:
        Actions:
          LowAction:
            EventAction: NO_ACTION
            Notify: false
          MediumAction:
            EventAction: MFA_IF_CONFIGURED
            Notify: false
          HighAction:
            EventAction: {action}
            Notify: false
      CompromisedCredentialsRiskConfiguration:
        Actions:
          EventAction: BLOCK
"""
ALARM = """  Alarm{metric}:
    Type: AWS::CloudWatch::Alarm
    Properties:
      Namespace: AWS/Cognito
      MetricName: {metric}
      Dimensions:
        - Name: UserPoolId
          Value: !Ref Pool
        - Name: Operation
          Value: SignIn
        - Name: RiskLevel
          Value: High
      Statistic: Sum
      Period: 300
      EvaluationPeriods: 1
      Threshold: 1
      ComparisonOperator: GreaterThanOrEqualToThreshold
      AlarmActions:
        - !Ref Topic
"""
REST = """  Topic:
    Type: AWS::SNS::Topic
  Log:
    Type: AWS::Logs::LogGroup
  Delivery:
    Type: AWS::Cognito::LogDeliveryConfiguration
    Properties:
      UserPoolId: !Ref Pool
      LogConfigurations:
        - EventSource: userAuthEvents
          LogLevel: INFO
          CloudWatchLogsConfiguration:
            LogGroupArn: !GetAtt Log.Arn
"""


def template(n):
    """One template; every fifth allows what is of high risk."""
    parts = [POOL.format(n=n)]
    parts += [CLIENT.format(c=c) for c in range(CLIENTS)]
    action = "NO_ACTION" if n % 5 == 0 else "BLOCK"
    parts += [RESPONSES.format(c="", client="ALL", action=action)]
    parts += [RESPONSES.format(c=c, client=f"!Ref Client{c}", action="BLOCK") for c in range(3)]
    parts += [ALARM.format(metric=metric) for metric in ("AccountTakeoverRisk", "CompromisedCredentialRisk")]
    text = "".join(parts) + REST
    room = LINES - text.count("\n") - 5
    outputs = "".join(f'  Id{line}:\n    Value: "{line}"\n' for line in range(room // 2))
    text += f"Outputs:\n  Pool:\n    Value: !Ref Pool\n{outputs}"
    return text + "# end\n" * (LINES - text.count("\n"))


def copy(value, n):
    """A part of the sample with other names."""
    text = json.dumps(value)
    for name in ("customers", "partners", "full", "plain", "21eb2153d", "06cb75f13"):
        text = text.replace(name, f"{name}{n:03}")
    return text


def other(n, more):
    """A resource of another kind."""
    address = {
        "address": f"aws_ssm_parameter.p[{n}]",
        "mode": "managed",
        "type": "aws_ssm_parameter",
        "name": "p",
        "index": n,
    }
    return json.dumps({**address, "provider_name": "registry.terraform.io/hashicorp/aws", "schema_version": 0, **more})


def plan(megabytes, path):
    """A plan on one line, written piece by piece."""
    sample = json.loads(SAMPLE.read_text(encoding="utf-8"))
    planned = sample["planned_values"]["root_module"]["resources"]
    prior = sample["prior_state"]["values"]["root_module"]["resources"]
    configured = sample["configuration"]["root_module"]["resources"]
    lists = {"planned": planned, "changes": sample["resource_changes"], "prior": prior, "configured": configured}
    copies = {name: [copy(one, n) for n in range(COPIES) for one in parts] for name, parts in lists.items()}
    values = {"name": "p", "value": "x" * 3_000}
    change = {"actions": ["no-op"], "before": values, "after": values, "after_unknown": {}}
    texts = {
        "planned": lambda n: other(n, {"values": values, "sensitive_values": {}}),
        "changes": lambda n: other(n, {"change": change}),
        "prior": lambda n: other(n, {"values": values, "sensitive_values": {}}),
        "configured": lambda _: "",
    }
    known = sum(len(text) for parts in copies.values() for text in parts)
    number = max(int((megabytes * 1_000_000 - known) / sum(len(make(9_999)) for make in texts.values())), 0)

    def resources(out, name):
        out.write("[" + ",".join(copies[name]))
        for n in range(number if name != "configured" else 0):
            out.write("," + texts[name](n))
        out.write("]")

    with Path(path).open("w", encoding="utf-8") as out:
        out.write('{"format_version":"1.2","terraform_version":"1.11.4","planned_values":{"root_module":{"resources":')
        resources(out, "planned")
        out.write('}},"resource_changes":')
        resources(out, "changes")
        out.write(',"prior_state":{"format_version":"1.0","values":{"root_module":{"resources":')
        resources(out, "prior")
        provider = json.dumps(sample["configuration"]["provider_config"])
        out.write('}}},"configuration":{"provider_config":' + provider + ',"root_module":{"resources":')
        resources(out, "configured")
        out.write('}},"applyable":true,"complete":true,"errored":false}\n')


def main():
    kind, number, place = sys.argv[1:]
    if kind == "plan":
        plan(int(number), place)
        return
    folder = Path(place)
    folder.mkdir()
    for n in range(int(number)):
        (folder / f"pool-{n:04}.yaml").write_text(template(n), encoding="utf-8")


main()
