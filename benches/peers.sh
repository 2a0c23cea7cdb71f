#!/usr/bin/env bash
# Measures peers on comparable input: the same set-up, as CloudFormation, since they read no policies.
#
#   benches/peers.sh [COUNT]      # default: 1,000 templates of one user pool each
#
# Needs python3 with pip and GNU time. Prints CPU seconds (user and system) and peak memory.
set -euo pipefail

count=${1:-1000}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet cfn-lint==1.51.0

mkdir "$work/templates"
for ((i = 0; i < count; i++)); do
    cat >"$work/templates/pool-$i.yaml" <<TEMPLATE
AWSTemplateFormatVersion: "2010-09-09"
Description: Sign-in of application $i
Resources:
  Pool:
    Type: AWS::Cognito::UserPool
    Properties:
      UserPoolName: app-$i
      UserPoolTier: PLUS
      MfaConfiguration: OPTIONAL
      EnabledMfas: [SOFTWARE_TOKEN_MFA]
      UserPoolAddOns:
        AdvancedSecurityMode: ENFORCED
        AdvancedSecurityAdditionalFlows:
          CustomAuthMode: AUDIT
  Web:
    Type: AWS::Cognito::UserPoolClient
    Properties:
      ClientName: web
      UserPoolId: !Ref Pool
      ExplicitAuthFlows: [ALLOW_USER_PASSWORD_AUTH, ALLOW_REFRESH_TOKEN_AUTH]
  Responses:
    Type: AWS::Cognito::UserPoolRiskConfigurationAttachment
    Properties:
      UserPoolId: !Ref Pool
      ClientId: ALL
      AccountTakeoverRiskConfiguration:
        Actions:
          LowAction: { EventAction: NO_ACTION, Notify: true }
          MediumAction: { EventAction: MFA_IF_CONFIGURED, Notify: true }
          HighAction: { EventAction: MFA_REQUIRED, Notify: true }
        NotifyConfiguration:
          SourceArn: arn:aws:ses:us-west-2:123456789012:identity/admin@example.com
          From: admin@example.com
      CompromisedCredentialsRiskConfiguration:
        Actions: { EventAction: BLOCK }
        EventFilter: [SIGN_IN, SIGN_UP, PASSWORD_CHANGE]
      RiskExceptionConfiguration:
        BlockedIPRangeList: [20.0.$((i % 250)).0/24]
        SkippedIPRangeList: [21.0.$((i % 250)).0/24]
  Alarm:
    Type: AWS::CloudWatch::Alarm
    Properties:
      Namespace: AWS/Cognito
      MetricName: AccountTakeoverRisk
      Dimensions:
        - { Name: UserPoolId, Value: !Ref Pool }
        - { Name: Operation, Value: SignIn }
        - { Name: RiskLevel, Value: High }
      Statistic: Sum
      Period: 300
      EvaluationPeriods: 1
      Threshold: 1
      ComparisonOperator: GreaterThanOrEqualToThreshold
TEMPLATE
done

status=0
/usr/bin/time --quiet -f 'cfn-lint: %U s user, %S s system, %M KB' -o "$work/time" \
    "$work/venv/bin/cfn-lint" --non-zero-exit-code none "$work/templates/*.yaml" >/dev/null 2>&1 || status=$?
cat "$work/time"
exit "$status"
