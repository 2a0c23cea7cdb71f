"""Ends the action as `cogward` ended, after everything that had to be done whatever that was."""

import runner


def step():
    code = runner.value("EXIT_CODE")
    return int(code) if code.isascii() and code.isdigit() and int(code) < 256 else 2
