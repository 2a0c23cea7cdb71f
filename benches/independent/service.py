"""A second, independent play of the AWS that `cogward apply` writes to, for `benches/independent/main.py`.

It shares no code and no ideas with the simulator in `src/simulator/`: it is written from the API reference alone. Every
update replaces its object, and what is not sent is gone, whatever the member is called. It knows nothing of what
`cogward` knows: members that nobody has heard of are stored and given back like any other.

Protocols: AWS JSON 1.1 (Cognito, CloudTrail), RPC v2 CBOR (CloudWatch), and the query protocol (STS, SNS).
"""

import json
import struct
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

ACCOUNT = "123456789012"
REGION = "us-west-2"

# `DescribeUserPool` shows them and no update takes them (API reference of both operations).
POOL_READ_ONLY = {
    "Id",
    "Name",
    "Arn",
    "AliasAttributes",
    "CreationDate",
    "CustomDomain",
    "Domain",
    "EmailConfigurationFailure",
    "EstimatedNumberOfUsers",
    "LastModifiedDate",
    "SchemaAttributes",
    "SmsConfigurationFailure",
    "Status",
    "UsernameAttributes",
    "UsernameConfiguration",
}
# The one exception that the API reference of UpdateUserPool names.
POOL_KEPT = {"UserPoolTier"}
CLIENT_READ_ONLY = {"UserPoolId", "ClientId", "ClientSecret", "ClientType", "CreationDate", "LastModifiedDate"}
RISK_IDS = {"UserPoolId", "ClientId"}


class Refusal(Exception):
    """An error of the service: its code and its words."""


class State:
    """One account's region: a pool, what belongs to it, and alarms."""

    def __init__(self, pool, clients, risk, mfa, logs, alarms):
        self.pool, self.clients, self.risk, self.mfa, self.logs, self.alarms = pool, clients, risk, mfa, logs, alarms
        self.writes = []

    def touch(self, thing):
        thing["LastModifiedDate"] = time.time()


# --- CBOR (RFC 8949), as much as the protocol uses ---------------------------------------------------


def cbor_encode(value):
    def head(major, number):
        for size, code, form in ((24, None, ""), (1 << 8, 24, ">B"), (1 << 16, 25, ">H"), (1 << 32, 26, ">I")):
            if number < size:
                return bytes([major << 5 | (number if code is None else code)]) + (
                    b"" if code is None else struct.pack(form, number)
                )
        return bytes([major << 5 | 27]) + struct.pack(">Q", number)

    if value is None:
        return b"\xf6"
    if isinstance(value, bool):
        return b"\xf5" if value else b"\xf4"
    if isinstance(value, int):
        return head(0, value) if value >= 0 else head(1, -1 - value)
    if isinstance(value, float):
        return b"\xfb" + struct.pack(">d", value)
    if isinstance(value, str):
        data = value.encode()
        return head(3, len(data)) + data
    if isinstance(value, list):
        return head(4, len(value)) + b"".join(map(cbor_encode, value))
    return head(5, len(value)) + b"".join(cbor_encode(k) + cbor_encode(v) for k, v in value.items())


def cbor_decode(data):
    def number(at, low):
        if low < 24:
            return low, at
        size = {24: 1, 25: 2, 26: 4, 27: 8}[low]
        return int.from_bytes(data[at : at + size], "big"), at + size

    def items(at, low):
        """The index of each item of a list, whose length may be left open."""
        if low == 31:
            while data[at] != 0xFF:
                at = yield at
            yield at + 1, True
        else:
            count, at = number(at, low)
            for _ in range(count):
                at = yield at
            yield at, True

    def read(at):
        major, low = data[at] >> 5, data[at] & 31
        at += 1
        if major in (0, 1):
            value, at = number(at, low)
            return (value if major == 0 else -1 - value), at
        if major in (2, 3):
            size, at = number(at, low)
            raw = data[at : at + size]
            return (raw if major == 2 else raw.decode()), at + size
        if major in (4, 5):
            values, walk = [], items(at, low)
            step = next(walk)
            while not isinstance(step, tuple):
                value, at = read(step)
                if major == 5:
                    key = value
                    value, at = read(at)
                    value = (key, value)
                values.append(value)
                step = walk.send(at)
            return (values if major == 4 else dict(values)), step[0]
        if major == 6:
            _, at = number(at, low)
            return read(at)
        if low in (20, 21):
            return low == 21, at
        if low in (22, 23):
            return None, at
        form, size = {25: (">e", 2), 26: (">f", 4), 27: (">d", 8)}[low]
        return struct.unpack(form, data[at : at + size])[0], at + size

    return read(0)[0] if data else {}


# --- operations --------------------------------------------------------------------------------------


def describe_user_pool(state, _):
    return {"UserPool": state.pool}


def update_user_pool(state, sent):
    kept = {name: value for name, value in state.pool.items() if name in POOL_READ_ONLY | POOL_KEPT}
    for name, value in sent.items():
        if name == "PoolName":
            kept["Name"] = value
        elif name in POOL_READ_ONLY:
            raise Refusal("InvalidParameterException", f"{name} cannot be updated")
        elif name != "UserPoolId" and value is not None:
            kept[name] = value
    if "AdvancedSecurityMode" not in kept.get("UserPoolAddOns", {"AdvancedSecurityMode": ""}):
        raise Refusal("InvalidParameterException", "AdvancedSecurityMode is required")
    state.pool = kept
    state.mfa["MfaConfiguration"] = kept.get("MfaConfiguration", "OFF")
    state.touch(state.pool)
    return {}


def list_user_pool_clients(state, _):
    clients = state.clients.items()
    return {
        "UserPoolClients": [
            {"ClientId": key, "ClientName": one["ClientName"], "UserPoolId": state.pool["Id"]} for key, one in clients
        ]
    }


def client_of(state, sent):
    if sent.get("ClientId") not in state.clients:
        raise Refusal("ResourceNotFoundException", "User pool client does not exist.")
    return sent["ClientId"]


def describe_user_pool_client(state, sent):
    key = client_of(state, sent)
    return {"UserPoolClient": {"UserPoolId": state.pool["Id"], "ClientId": key, **state.clients[key]}}


def update_user_pool_client(state, sent):
    key = client_of(state, sent)
    old = state.clients[key]
    new = {name: value for name, value in old.items() if name in CLIENT_READ_ONLY}
    new.update({name: value for name, value in sent.items() if name not in CLIENT_READ_ONLY and value is not None})
    state.clients[key] = new
    state.touch(new)
    return {"UserPoolClient": {"UserPoolId": state.pool["Id"], "ClientId": key, **new}}


def describe_risk_configuration(state, sent):
    key = sent.get("ClientId") or ""
    if key:
        client_of(state, sent)
    if key in state.risk:
        ids = {"UserPoolId": state.pool["Id"], **({"ClientId": key} if key else {})}
        return {"RiskConfiguration": {**ids, **state.risk[key]}}
    return {"RiskConfiguration": {"UserPoolId": state.pool["Id"]}}


def set_risk_configuration(state, sent):
    key = sent.get("ClientId") or ""
    if key:
        client_of(state, sent)
    own = {name: value for name, value in sent.items() if name not in RISK_IDS and value is not None}
    if own:
        state.risk[key] = own
        state.touch(state.risk[key])
    else:
        state.risk.pop(key, None)
    return describe_risk_configuration(state, sent)


def get_user_pool_mfa_config(state, _):
    return state.mfa


def set_user_pool_mfa_config(state, sent):
    new = {name: value for name, value in sent.items() if name != "UserPoolId" and value is not None}
    new.setdefault("MfaConfiguration", "OFF")
    factors = [name for name in new if name.endswith("MfaConfiguration") and name != "MfaConfiguration"]
    on = [name for name in factors if new[name].get("Enabled", True)]
    if new["MfaConfiguration"] == "OFF" and on:
        words = "Invalid MFA configuration given, can't turn off MFA and configure an MFA together."
        raise Refusal("InvalidParameterException", words)
    if new["MfaConfiguration"] != "OFF" and not on:
        raise Refusal("InvalidParameterException", "Invalid MFA configuration given, no factor is enabled.")
    state.mfa = new
    state.pool["MfaConfiguration"] = new["MfaConfiguration"]
    return new


def get_log_delivery_configuration(state, _):
    return {"LogDeliveryConfiguration": {"UserPoolId": state.pool["Id"], "LogConfigurations": state.logs}}


def set_log_delivery_configuration(state, sent):
    state.logs = sent["LogConfigurations"]
    return get_log_delivery_configuration(state, sent)


def describe_alarms(state, sent):
    names = sent.get("AlarmNames")
    alarms = [alarm for name, alarm in state.alarms.items() if names is None or name in names]
    return {"MetricAlarms": alarms, "CompositeAlarms": []}


def put_metric_alarm(state, sent):
    described = {"AlarmArn": f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:{sent['AlarmName']}", "StateValue": "OK"}
    state.alarms[sent["AlarmName"]] = {**sent, **described}
    return {}


JSON_OPERATIONS = {
    "DescribeUserPool": describe_user_pool,
    "UpdateUserPool": update_user_pool,
    "ListUserPoolClients": list_user_pool_clients,
    "DescribeUserPoolClient": describe_user_pool_client,
    "UpdateUserPoolClient": update_user_pool_client,
    "DescribeRiskConfiguration": describe_risk_configuration,
    "SetRiskConfiguration": set_risk_configuration,
    "GetUserPoolMfaConfig": get_user_pool_mfa_config,
    "SetUserPoolMfaConfig": set_user_pool_mfa_config,
    "GetLogDeliveryConfiguration": get_log_delivery_configuration,
    "SetLogDeliveryConfiguration": set_log_delivery_configuration,
    "LookupEvents": lambda state, sent: {"Events": []},
}
CBOR_OPERATIONS = {
    "DescribeAlarms": describe_alarms,
    "PutMetricAlarm": put_metric_alarm,
    "ListMetrics": lambda state, sent: {"Metrics": []},
    "GetMetricData": lambda state, sent: {
        "MetricDataResults": [
            {"Id": query["Id"], "Timestamps": [], "Values": [], "StatusCode": "Complete"}
            for query in sent.get("MetricDataQueries", [])
        ]
    },
}
QUERY_ANSWERS = {
    "GetCallerIdentity": (
        '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>'
        f"<Arn>arn:aws:iam::{ACCOUNT}:user/bench</Arn><UserId>AIDAEXAMPLE</UserId><Account>{ACCOUNT}</Account>"
        "</GetCallerIdentityResult><ResponseMetadata><RequestId>0</RequestId></ResponseMetadata>"
        "</GetCallerIdentityResponse>"
    ),
    "GetTopicAttributes": (
        '<GetTopicAttributesResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><GetTopicAttributesResult>'
        "<Attributes><entry><key>SubscriptionsConfirmed</key><value>1</value></entry>"
        "<entry><key>SubscriptionsPending</key><value>0</value></entry></Attributes></GetTopicAttributesResult>"
        "<ResponseMetadata><RequestId>0</RequestId></ResponseMetadata></GetTopicAttributesResponse>"
    ),
}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Head and body in one packet: else each answer waits for the other side's delayed acknowledgement.
    wbufsize = -1
    disable_nagle_algorithm = True
    state = None

    def do_POST(self):  # noqa: N802 (the name that http.server calls)
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        target = self.headers.get("x-amz-target", "")
        if target:
            self.json(target.rpartition(".")[2], json.loads(body or b"{}"))
        elif "/operation/" in self.path:
            self.cbor(self.path.rpartition("/")[2], cbor_decode(body))
        else:
            action = parse_qs(body.decode())["Action"][0]
            self.answer(200, QUERY_ANSWERS[action].encode(), {"content-type": "text/xml"})

    def json(self, operation, sent):
        kind = {"content-type": "application/x-amz-json-1.1"}
        state = type(self).state
        try:
            if sent.get("UserPoolId", state.pool["Id"]) != state.pool["Id"]:
                raise Refusal("ResourceNotFoundException", "User pool does not exist.")
            if operation.startswith(("Update", "Set")):
                state.writes.append((operation, sent))
            answer = JSON_OPERATIONS[operation](state, sent)
            self.answer(200, json.dumps(answer).encode(), kind)
        except Refusal as refusal:
            code, words = refusal.args
            self.answer(400, json.dumps({"__type": code, "message": words}).encode(), kind)

    def cbor(self, operation, sent):
        state = type(self).state
        if operation.startswith("Put"):
            state.writes.append((operation, sent))
        answer = CBOR_OPERATIONS[operation](state, sent)
        kind = {"content-type": "application/cbor", "smithy-protocol": "rpc-v2-cbor"}
        self.answer(200, cbor_encode(answer), kind)

    def answer(self, status, body, headers):
        self.send_response(status)
        for name, value in {**headers, "content-length": str(len(body)), "x-amzn-requestid": "0"}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Says nothing: the bench prints what matters."""


def serve():
    """A server on a free port of the loopback interface, and its handler, whose `state` is played."""
    handler = type("Play", (Handler,), {})
    return ThreadingHTTPServer(("127.0.0.1", 0), handler), handler
