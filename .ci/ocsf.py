"""Validates OCSF reports against the models of py-ocsf-models: python3 ocsf.py FILE..."""

import json
import sys

from py_ocsf_models.events.findings.compliance_finding import ComplianceFinding
from py_ocsf_models.objects.cloud import Cloud

# Attributes of the profile `cloud`, which the model of the class does not have.
PROFILE = {"cloud": Cloud}


def unknown(model, value, at=""):
    """Keys of a value that its validated model does not have: the models themselves ignore them."""
    if isinstance(value, dict) and hasattr(type(model), "model_fields"):
        for key, item in value.items():
            if key in type(model).model_fields:
                yield from unknown(getattr(model, key), item, f"{at}/{key}")
            elif at or key not in PROFILE:
                yield f"{at}/{key}"
    elif isinstance(value, list) and isinstance(model, list):
        for index, (part, item) in enumerate(zip(model, value, strict=True)):
            yield from unknown(part, item, f"{at}/{index}")


def check(name):
    with open(name, encoding="utf-8") as file:
        events = json.load(file)
    assert isinstance(events, list), f"{name} is not an array"
    for index, event in enumerate(events):
        model = ComplianceFinding.model_validate(event)
        assert model.class_uid == 2003 and model.type_uid == 2003 * 100 + model.activity_id, f"{name}: {index}"
        wrong = list(unknown(model, event))
        for key, profile in PROFILE.items():
            if key in event:
                wrong += [f"/{key}{at}" for at in unknown(profile.model_validate(event[key]), event[key])]
        assert not wrong, f"{name}: event {index} has keys that the schema has not: {wrong}"
    return len(events)


if __name__ == "__main__":
    counts = {name: check(name) for name in sys.argv[1:]}
    for name, count in counts.items():
        print(f"{name}: {count} Compliance Findings")
    if not any(counts.values()):
        sys.exit("no Compliance Finding was validated")
