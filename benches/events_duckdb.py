#!/usr/bin/env python3
"""Answers a question of `cogward insights` with DuckDB: events_duckdb.py COGWARD LOG QUESTION.

Runs what `insights --emit duckdb` writes, unchanged, but for the count of records that the question leaves undecided. Prints
the answer's rows, one a line.
"""

import subprocess
import sys

import duckdb


def main():
    program, log, question = sys.argv[1:]
    emit = [program, "insights", "--emit", "duckdb", "--location", log, "--trail-location", log, question]
    text = subprocess.run(emit, capture_output=True, text=True, check=True).stdout
    connection = duckdb.connect()
    for block in text.strip().split("\n\n"):
        statement = "\n".join(line for line in block.split("\n") if not line.startswith("-- ")).rstrip(";")
        if block.startswith("-- undecided") or not statement.strip():
            continue
        rows = connection.execute(statement).fetchall()
    for row in rows:
        print("\t".join(str(cell) for cell in row))


main()
