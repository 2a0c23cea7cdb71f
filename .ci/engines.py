#!/usr/bin/env python3
"""Whether the questions of `cogward insights` have the same answers in cogward, in DuckDB and in Spark.

    engines.py COGWARD [EVENTS]

Runs what `cogward insights --emit` writes on the samples of tests/data/events and on so many generated events (20,000): the
texts for DuckDB and Spark unchanged, that for Athena as sqlglot translates it to DuckDB's. Every row of every answer is
compared, in order, and how many records each question leaves undecided. Spark reads the files once, and asks all questions
of the views that it keeps in memory.
"""

import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SAMPLES = Path(__file__).resolve().parent.parent / "tests/data/events"
COLUMNS = {
    "type": "event_type",
    "pool": "pool_id",
    "client": "client_id",
    "user": "user_id",
    "day": "event_day",
    "context": "context_data",
}


def cogward(program, *args):
    done = subprocess.run([program, "insights", *args, "--names"], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"cogward insights {' '.join(args)}: exit code {done.returncode}\n{done.stderr}")
    return done.stdout


def ours(program, files):
    """Rows and undecided records of each question."""
    answers = {}
    for answer in json.loads(cogward(program, *files, "--format", "json"))["answers"]:
        rows = []
        for row in answer["rows"]:
            cells = {COLUMNS.get(member, member): value for member, value in row["group"].items()}
            measures = {**row["numbers"], **row.get("risks", {})}
            rows.append({**cells, **{name.replace("-", "_"): value for name, value in measures.items()}})
        answers[answer["question"]] = (rows, answer["undecided"])
    return answers


def theirs(program, engine, places, ask, options):
    """The same, as an engine answers the text that is meant for it. `ask` runs a statement: names and rows."""
    text = cogward(program, "--emit", engine, "--location", places[0], "--trail-location", places[1], *options)
    rows, undecided = {}, {}
    for block in text.strip().split("\n\n"):
        lines = block.split("\n")
        mark = lines[0]
        names, found = ask("\n".join(line for line in lines if not line.startswith("-- ")).rstrip(";"))
        if mark.startswith("-- question: "):
            rows[mark.split(": ")[1]] = [
                {name: cell for name, cell in zip(names, row, strict=True) if cell is not None} for row in found
            ]
        elif mark.startswith("-- undecided: "):
            undecided[mark.split(": ")[1]] = found[0][0]
    return {question: (found, undecided.get(question, 0)) for question, found in rows.items()}


def duckdb_asker():
    import duckdb

    connection = duckdb.connect()

    def ask(statement):
        cursor = connection.execute(statement)
        return [column[0] for column in cursor.description or []], cursor.fetchall()

    return f"DuckDB {duckdb.__version__}", ask


# What the SerDe of each table of Athena does: files to columns.
ATHENA_TABLES = {
    "cognito_user_activity": """SELECT * FROM read_json('{0}', format = 'newline_delimited', columns = {{
        eventTimestamp: 'VARCHAR', eventSource: 'VARCHAR', logSourceId: 'STRUCT(userPoolId VARCHAR)',
        message: 'STRUCT({1})' }})""",
    "cognito_cloudtrail": """SELECT {1} FROM (
        SELECT unnest(Records) AS r FROM read_json('{0}', columns = {{ Records: 'JSON[]' }}))""",
}
# The JSON's own spelling of columns: Hive's SerDe does not tell upper from lower case.
SPELLED = [
    "eventId",
    "eventType",
    "userSub",
    "userName",
    "userPoolId",
    "clientId",
    "eventResponse",
    "riskLevel",
    "riskDecision",
    "deviceName",
    "ipAddress",
    "idpName",
    "compromisedCredentialDetected",
    "compromisedCredentialsDetected",
    "city",
    "country",
    "eventFeedbackValue",
    "hasContextData",
    "requestId",
    "creationDate",
]
SPELLED_TRAIL = [
    "eventID",
    "eventName",
    "eventType",
    "eventSource",
    "eventTime",
    "sourceIPAddress",
    "errorCode",
    "errorMessage",
    "requestParameters",
    "additionalEventData",
    "responseElements",
]


def athena_asker():
    """DuckDB that takes Athena's text. A table's columns must be those of the DDL."""
    import duckdb
    import sqlglot
    from sqlglot import expressions

    connection = duckdb.connect()

    def table(create):
        columns = {column.name: column.kind for column in create.find_all(expressions.ColumnDef)}
        name, location = create.this.this.name, create.find(expressions.LocationProperty).this.name
        if name == "cognito_user_activity":
            spelled = {word.lower(): word for word in SPELLED}
            fields = [field.name for field in columns["message"].expressions]
            read = ", ".join(f"{spelled[field]} VARCHAR" for field in fields)
        else:
            spelled = {word.lower(): word for word in SPELLED_TRAIL}
            read = ", ".join(f"r->>'{spelled[column]}' AS {column}" for column in columns)
        connection.execute(f"CREATE OR REPLACE VIEW {name} AS {ATHENA_TABLES[name].format(location, read)}")

    def ask(statement):
        [parsed] = sqlglot.parse(statement, read="athena")
        if isinstance(parsed, expressions.Command):
            sys.exit(f"sqlglot does not understand:\n{statement}")
        if isinstance(parsed, expressions.Create) and parsed.kind == "TABLE":
            table(parsed)
            return [], []
        cursor = connection.execute(parsed.sql(dialect="duckdb"))
        return [column[0] for column in cursor.description or []], cursor.fetchall()

    return f"Athena's text by sqlglot {sqlglot.__version__} in DuckDB", ask


# Views that every question is asked of; without this, Spark reads the files again for each.
KEPT = ["auth_event", "cognito_request"]


def spark_asker(folder):
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[1]")
    for key, value in {
        "spark.ui.enabled": "false",
        "spark.driver.memory": "2g",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.sql.shuffle.partitions": "1",
        "spark.sql.warehouse.dir": f"{folder}/warehouse",
        # Days must not depend on it.
        "spark.sql.session.timeZone": "Asia/Tokyo",
    }.items():
        builder = builder.config(key, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")

    def ask(statement):
        frame = session.sql(statement)
        kept = [name for name in KEPT if statement.startswith(f"CREATE OR REPLACE TEMPORARY VIEW {name} ")]
        for name in kept:
            session.catalog.cacheTable(name)
        return frame.columns, [tuple(row) for row in frame.collect()]

    return f"Spark {session.version}", ask


def generate(folder, number):
    """Events in every spelling, with members left out, and some that come again with another response."""
    chance = random.Random(5)  # noqa: S311
    pick = chance.choice
    unknown = [None, "", "null", " "]
    folder.mkdir()
    events = folder / "events.jsonl"
    with events.open("w", encoding="utf-8") as out:
        for at in range(number):
            # Three of ten are of an event that is there, or may be; no two have the same time.
            event = chance.randrange(max(at * 7 // 10, 1))
            about = random.Random(event)  # noqa: S311
            message = {
                "eventId": f"e-{event}" if event % 50 else None,
                "userPoolId": f"pool-{event % 3}",
                "eventType": pick(["SignIn", "SIGN_IN", "Sign\tIn\n", "SignUp", "ForgotPassword", "SignOut", *unknown]),
                "userSub": pick([f"s-{about.randrange(500)}", f"s-{about.randrange(500)}", *unknown]),
                "userName": pick([f"n-{event % 40}", *unknown]),
                "clientId": pick(["web", "app", "it's", *unknown]),
                "eventResponse": pick(["Pass", "PASS", "Fail", "InProgress", "IN_PROGRESS", "Odd", *unknown]),
                "riskLevel": pick(["Low", "MEDIUM", "High", "high", "Severe", *unknown]),
                "riskDecision": pick(["PASS", "NoRisk", "AccountTakeover", "ACCOUNT_TAKEOVER", "Block", "BLOCK", *unknown]),
                "compromisedCredentialDetected": pick(["true", "false", "TRUE", "perhaps", True, *unknown]),
                "ipAddress": pick([f"198.51.100.{about.randrange(60)}", "2001:db8::1", *unknown]),
                "country": pick(["Germany", "Viet Nam", "Côte d'Ivoire", "unknown", *unknown]),
                "idpName": pick(["", "", "Okta", "Google"]),
                "eventFeedbackValue": pick(["", "", "", "Valid", "valid", "INVALID"]),
                "hasContextData": pick(["true", "false", *unknown]),
            }
            # A record without any `eventType` is no event to cogward; engines cannot tell it from one that is null.
            message = {key: value for key, value in message.items() if key == "eventType" or chance.random() > 0.02}
            record = {
                "eventTimestamp": str(1_791_187_200_000 + at * 7_001),
                "eventSource": pick(["USER_ACTIVITY", "USER_AUTH_EVENTS"]),
                "message": {"userPoolId": f"pool-{event % 3}", **message},
            }
            out.write(json.dumps(record, ensure_ascii=chance.random() < 0.5) + "\n")
    texts = [
        ("NotAuthorizedException", "Unable to login because of security reasons."),
        ("NotAuthorizedException", "Request not allowed due to security reasons."),
        ("InvalidPasswordException", "Provided password cannot be used for security reasons."),
        ("NotAuthorizedException", "Password attempts exceeded"),
        ("NotAuthorizedException", "Incorrect username or password."),
        ("NotAuthorizedException", "Invalid Refresh Token"),
        ("NotAuthorizedException", None),
        ("UserNotFoundException", "User does not exist."),
        ("CodeMismatchException", ""),
        ("", None),
        (None, None),
    ]
    records = []
    for at in range(number // 10):
        code, message = pick(texts)
        record = {
            "eventID": f"t-{at}",
            "eventTime": f"2026-10-05T08:{at % 60:02}:00Z",
            "eventName": pick(["InitiateAuth", "SignUp", "login_POST"]),
            "eventType": pick(["AwsApiCall", "AwsServiceEvent"]),
            "eventSource": pick(["cognito-idp.amazonaws.com", "cognito-idp.amazonaws.com", "s3.amazonaws.com"]),
            "sourceIPAddress": f"198.51.100.{chance.randrange(60)}",
            "errorCode": code,
            "errorMessage": message,
            "requestParameters": pick([None, {"clientId": "web", "authParameters": "HIDDEN"}]),
            "additionalEventData": pick(
                [
                    None,
                    {"sub": f"s-{chance.randrange(90)}"},
                    {"requestParameters": {"sub": [f"s-{chance.randrange(90)}"], "client_id": []}},
                ]
            ),
        }
        records += [record] * pick([1, 1, 2])
    # CloudTrail's files are small, too: cogward takes values of up to 16 MiB.
    for at in range(0, len(records), 5_000):
        text = json.dumps({"Records": records[at : at + 5_000]})
        (folder / f"trail-{at}.json").write_text(text, encoding="utf-8")
    return str(events), str(folder / "trail-*.json")


def compare(what, name, wanted, found):
    """How many rows there are; ends the program where they differ."""
    if wanted.keys() != found.keys():
        sys.exit(f"{what}, {name}: other questions: {sorted(wanted.keys() ^ found.keys())}")
    for question, (rows, undecided) in wanted.items():
        if found[question][1] != undecided:
            sys.exit(f"{what}, {name}: {question}: {found[question][1]} undecided, cogward has {undecided}")
        for at, (one, other) in enumerate(zip(rows, found[question][0], strict=False)):
            if one != other:
                sys.exit(f"{what}, {name}: {question}, row {at}:\n  cogward {one}\n  {name} {other}")
        if len(rows) != len(found[question][0]):
            sys.exit(f"{what}, {name}: {question}: {len(found[question][0])} rows, cogward has {len(rows)}")
    return sum(len(rows) for rows, _ in wanted.values())


def main():
    program = str(Path(sys.argv[1]).resolve())
    number = int(sys.argv[2]) if len(sys.argv) > 2 else 20_000
    with tempfile.TemporaryDirectory() as folder:
        inputs = {"samples": (str(SAMPLES / "export-*.jsonl"), str(SAMPLES / "cloudtrail-records.json"))}
        by_hour = ["--partitioned-since", "2026-10-01"]
        engines = [
            ("duckdb", duckdb_asker(), []),
            ("athena", athena_asker(), []),
            ("athena", athena_asker(), by_hour),
            ("spark", spark_asker(folder), []),
        ]
        began = time.monotonic()
        inputs[f"{number} generated records"] = generate(Path(folder, "generated"), number)
        print(f"generated in {time.monotonic() - began:.0f} s", flush=True)
        for what, places in inputs.items():
            began = time.monotonic()
            wanted = ours(program, places)
            print(f"{what}: answered in {time.monotonic() - began:.0f} s", flush=True)
            for engine, (name, ask), options in engines:
                began = time.monotonic()
                rows = compare(what, name, wanted, theirs(program, engine, places, ask, options))
                if rows < len(wanted):
                    sys.exit(f"{what}: {rows} rows for {len(wanted)} questions show nothing")
                took = time.monotonic() - began
                print(f"{what}, {name}: {len(wanted)} questions, {rows} rows: equal, {took:.0f} s", flush=True)


main()
