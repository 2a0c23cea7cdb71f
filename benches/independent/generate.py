"""Random states of the service, with members that nobody has heard of, and random policies for them."""

import copy
import json

import service

POOL = "us-west-2_INDEPEND1"
DAY = 86_400
LEVELS = {"low": "LowAction", "medium": "MediumAction", "high": "HighAction"}
ACTIONS = ["BLOCK", "MFA_IF_CONFIGURED", "MFA_REQUIRED", "NO_ACTION"]
FLOWS = [
    "ALLOW_USER_PASSWORD_AUTH",
    "ALLOW_USER_SRP_AUTH",
    "ALLOW_CUSTOM_AUTH",
    "ALLOW_REFRESH_TOKEN_AUTH",
    "ALLOW_USER_AUTH",
]
EVENTS = ["SIGN_IN", "SIGN_UP", "PASSWORD_CHANGE"]
FACTORS = {
    "SMS": ("SmsMfaConfiguration", {"SmsConfiguration": {"SnsCallerArn": "arn:aws:iam::123456789012:role/sms"}}),
    "SOFTWARE_TOKEN": ("SoftwareTokenMfaConfiguration", {"Enabled": True}),
    "EMAIL_OTP": ("EmailMfaConfiguration", {"Message": "Your code is {####}", "Subject": "Code"}),
}
LOGS = {
    "user_auth_events": ("userAuthEvents", "INFO"),
    "user_notification": ("userNotification", "ERROR"),
}


# --- random states and policies ----------------------------------------------------------------------


def some(rng, items):
    return [item for item in items if rng.random() < 0.5]


def level(rng):
    return {"EventAction": rng.choice(ACTIONS), "Notify": rng.random() < 0.5}


def risk(rng):
    """Some of the sections of a risk configuration."""
    made = {}
    if rng.random() < 0.8:
        actions = {name: level(rng) for name in LEVELS.values() if rng.random() < 0.8}
        notify = {"SourceArn": f"arn:aws:ses:us-west-2:{service.ACCOUNT}:identity/example.com", "From": "a@example.com"}
        for mail in some(rng, ["BlockEmail", "NoActionEmail", "MfaEmail"]):
            notify[mail] = {"Subject": "s", "TextBody": "t {username}", "HtmlBody": "<p>h</p>"}
        made["AccountTakeoverRiskConfiguration"] = {"NotifyConfiguration": notify, "Actions": actions}
    if rng.random() < 0.6:
        made["CompromisedCredentialsRiskConfiguration"] = {
            "EventFilter": rng.sample(EVENTS, rng.randint(1, 3)),
            "Actions": {"EventAction": rng.choice(["BLOCK", "NO_ACTION"])},
        }
    if rng.random() < 0.6:
        made["RiskExceptionConfiguration"] = {
            "BlockedIPRangeList": rng.sample(["192.0.2.0/24", "198.51.100.7/32", "203.0.113.0/25"], rng.randint(0, 3)),
            "SkippedIPRangeList": rng.sample(["10.1.0.0/16", "10.0.0.0/24"], rng.randint(0, 2)),
        }
    return made


def client(rng, name):
    made = {
        "ClientName": name,
        "CreationDate": 1.6e9,
        "LastModifiedDate": 1.6e9,
        "RefreshTokenValidity": rng.randint(1, 90),
        "TokenValidityUnits": {"RefreshToken": "days"},
        "AllowedOAuthFlowsUserPoolClient": False,
        "EnableTokenRevocation": rng.random() < 0.5,
        "PreventUserExistenceErrors": rng.choice(["ENABLED", "LEGACY"]),
        "CallbackURLs": ["https://z.example", "https://a.example"],
        "ReadAttributes": ["name", "email"],
    }
    if rng.random() < 0.8:
        made["ExplicitAuthFlows"] = rng.sample(FLOWS, rng.randint(1, 4))
    if rng.random() < 0.5:
        made["SupportedIdentityProviders"] = ["Google", "COGNITO"]
    if rng.random() < 0.5:
        made["EnablePropagateAdditionalUserContextData"] = rng.random() < 0.5
    return made


def state(rng, now):
    mode = rng.choice(["OFF", "AUDIT", "ENFORCED"])
    add_ons = {"AdvancedSecurityMode": mode}
    if rng.random() < 0.4:
        add_ons["AdvancedSecurityAdditionalFlows"] = {"CustomAuthMode": rng.choice(["AUDIT", "ENFORCED"])}
    mfa = {"MfaConfiguration": rng.choice(["OFF", "OPTIONAL", "ON"])}
    if mfa["MfaConfiguration"] != "OFF":
        for factor in some(rng, FACTORS) or ["SOFTWARE_TOKEN"]:
            mfa[FACTORS[factor][0]] = copy.deepcopy(FACTORS[factor][1])
    pool = {
        "Id": POOL,
        "Name": "independent",
        "Arn": f"arn:aws:cognito-idp:us-west-2:{service.ACCOUNT}:userpool/{POOL}",
        "CreationDate": now - 900 * DAY,
        "LastModifiedDate": now - 200 * DAY,
        "EstimatedNumberOfUsers": 1200,
        "Policies": {"PasswordPolicy": {"MinimumLength": rng.randint(8, 20), "RequireNumbers": True}},
        "DeletionProtection": "ACTIVE",
        "AutoVerifiedAttributes": ["email"],
        "UserPoolTier": "PLUS",
        "LambdaConfig": {"PostConfirmation": "arn:aws:lambda:us-west-2:123456789012:function:x"},
        "VerificationMessageTemplate": {"DefaultEmailOption": "CONFIRM_WITH_CODE", "EmailMessage": "{####}"},
        "EmailConfiguration": {"EmailSendingAccount": "COGNITO_DEFAULT"},
        "UserPoolTags": {"team": "a", "env": "b"},
        "AdminCreateUserConfig": {"AllowAdminCreateUserOnly": True},
        "MfaConfiguration": mfa["MfaConfiguration"],
        "AccountRecoverySetting": {"RecoveryMechanisms": [{"Priority": 1, "Name": "verified_email"}]},
        "UserPoolAddOns": add_ons,
        "SchemaAttributes": [],
        "Domain": "d",
    }
    clients = {"1web000000000000000000": client(rng, "web"), "2mobile0000000000000000": client(rng, "mobile")}
    risks = {}
    for key in ["", *clients]:
        if rng.random() < 0.6 and (made := risk(rng)):
            risks[key] = {**made, "LastModifiedDate": now - 150 * DAY}
    logs = [
        {"EventSource": source, "LogLevel": words, "CloudWatchLogsConfiguration": {"LogGroupArn": group("old")}}
        for source, words in some(rng, LOGS.values())
    ]
    alarms = {}
    for name in some(rng, ["risk-a", "risk-b"]):
        alarms[name] = alarm(name, rng.choice(["SignIn", "SignUp"]))
    return service.State(pool, clients, risks, mfa, logs, alarms)


def group(name):
    return f"arn:aws:logs:us-west-2:{service.ACCOUNT}:log-group:{name}"


def alarm(name, operation):
    dimensions = {"UserPoolId": POOL, "Operation": operation, "RiskLevel": "High"}
    return {
        "AlarmName": name,
        "AlarmDescription": "by hand",
        "Namespace": "AWS/Cognito",
        "MetricName": "AccountTakeoverRisk",
        "Dimensions": [{"Name": key, "Value": value} for key, value in dimensions.items()],
        "Statistic": "Sum",
        "Period": 300,
        "EvaluationPeriods": 1,
        "Threshold": 1.0,
        "TreatMissingData": "notBreaching",
        "ComparisonOperator": "GreaterThanOrEqualToThreshold",
        "ActionsEnabled": True,
        "OKActions": ["arn:aws:sns:us-west-2:123456789012:ok"],
        "AlarmActions": ["arn:aws:sns:us-west-2:123456789012:security"],
        "InsufficientDataActions": [],
    }


def plant(rng, thing, name="Unheard"):
    """Puts members that nobody has heard of into random objects. True if any was put."""
    objects = []

    def walk(value):
        if isinstance(value, dict):
            objects.append(value)
            for inner in value.values():
                walk(inner)
        elif isinstance(value, list):
            for inner in value:
                walk(inner)

    walk(thing)
    values = [1, "x", [1, {"a": None}], {"Deep": {"List": ["b", "a"]}}, False, 1.5]
    for number in range(rng.choice([0, 0, 1, 2])):
        rng.choice(objects)[f"{name}{number}"] = copy.deepcopy(rng.choice(values))
    return "Unheard" in json.dumps(thing)


def answer(rng):
    return {"action": rng.choice(ACTIONS), "notify": rng.random() < 0.5}


def section(rng, whole):
    """What a policy says of a risk configuration; `whole` says all of it, as a client's own has to."""
    wanted = {}
    if whole or rng.random() < 0.6:
        wanted["account_takeover"] = {name: answer(rng) for name in LEVELS if whole or rng.random() < 0.6}
    if whole or rng.random() < 0.4:
        wanted["compromised_credentials"] = {"action": rng.choice(["BLOCK", "NO_ACTION"]), "events": rng.sample(EVENTS, 2)}
    if rng.random() < 0.3:
        wanted["risk_exceptions"] = {"always_block": ["192.0.2.128/25"]}
    return {key: value for key, value in wanted.items() if value}


def policy(rng):
    wanted = {"version": 1, "name": "independent", "target": {"pool": POOL, "region": "us-west-2"}, **section(rng, False)}
    modes = {auth: rng.choice(["OFF", "AUDIT", "ENFORCED"]) for auth in some(rng, ["standard", "custom"])}
    if modes:
        wanted["mode"] = modes
    if rng.random() < 0.3:
        wanted["mfa"] = {"configuration": rng.choice(["OPTIONAL", "ON"]), "factors": ["SOFTWARE_TOKEN"]}
    clients = {}
    for name in some(rng, ["web", "mobile"]):
        entry = rng.choice([{}, {"inherit": True}, section(rng, True)])
        if rng.random() < 0.4:
            entry = {**entry, "auth_flows": rng.sample(FLOWS, 2)}
        if entry:
            clients[name] = entry
    if clients:
        wanted["clients"] = clients
    sources = {key: {"cloudwatch_logs": group("new")} for key in some(rng, LOGS)}
    if sources and rng.random() < 0.5:
        wanted["log_delivery"] = sources
    if rng.random() < 0.3:
        topic = "arn:aws:sns:us-west-2:123456789012:security"
        wanted["alarms"] = [
            {
                "name": "risk-a",
                "metric": "AccountTakeoverRisk",
                "operation": "SignIn",
                "risk_level": "High",
                "actions": [topic],
            }
        ]
    return wanted
