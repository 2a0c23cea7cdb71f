#!/usr/bin/env python3
"""Writes a log of the user-activity export: events.py RECORDS FILE. One record in fifty comes twice."""

import random
import sys

LINE = (
    '{"eventTimestamp":"%d","eventSource":"USER_ACTIVITY","logLevel":"INFO","message":{"version":"1",'
    '"eventId":"%08x-bbbb-4ccc-8ddd-%012x","eventType":"%s","userSub":"%08x-aaaa-4bbb-8ccc-%012x","userName":"user-%07d",'
    '"userPoolId":"us-west-2_EXAMPLE","clientId":"%s","creationDate":"Mon Oct 05 08:07:00 UTC 2026",'
    '"eventResponse":"%s","riskLevel":"%s","riskDecision":"%s","challenges":[{"challengeName":"Password",'
    '"challengeResponse":"Success"}],"deviceName":"%s","ipAddress":"%s","requestId":"22222222-cccc-4ddd-8eee-%012x",'
    '"idpName":"","compromisedCredentialDetected":"%s","city":"%s","country":"%s","eventFeedbackValue":"",'
    '"eventFeedbackDate":"","eventFeedbackProvider":"","hasContextData":"true"},"logSourceId":{"userPoolId":"us-west-2_EXAMPLE"}}\n'
)
COUNTRIES = ["Germany", "France", "Spain", "Viet Nam", "United States", "Japan", "Brazil", "Canada"]
DEVICES = ["Chrome 141, Windows 10", "Safari 19, iOS 19", "Firefox 150, Ubuntu", "Chrome 141, Android 16"]


def main():
    number = int(sys.argv[1])
    chance = random.Random(7)  # noqa: S311
    users = max(number // 6, 1)
    with open(sys.argv[2], "w", encoding="ascii", buffering=1 << 20) as out:  # noqa: PTH123
        for at in range(number):
            event = at if at % 50 else at // 2
            user = chance.randrange(users)
            level = chance.choices(["", "Low", "Medium", "High"], [90, 5, 3, 2])[0]
            country = chance.choice(COUNTRIES)
            out.write(
                LINE
                % (
                    1_791_187_200_000 + at * 97,
                    event,
                    event,
                    "SignIn" if chance.random() < 0.9 else "SignUp",
                    user,
                    user,
                    user,
                    "1example23456789" if user % 3 else "2example23456789",
                    "Pass" if chance.random() < 0.92 else "Fail",
                    level,
                    "AccountTakeover" if level else "PASS",
                    DEVICES[user % 4],
                    f"{user % 200 + 10}.{user // 256 % 256}.{user % 256}.{chance.randrange(4) + 1}",
                    event,
                    "true" if chance.random() < 0.002 else "false",
                    f"City of {country}",
                    country,
                )
            )


main()
