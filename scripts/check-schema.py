#!/usr/bin/env python3
"""Checks every examples/*/cleanup.yaml against schema/cleanupd.schema.json, and that the schema refuses a typing error.

Runs in .build/venv (`make schema`), which has jsonschema and PyYAML.
"""

import copy
import json
import pathlib
import re
import sys

import jsonschema
import yaml

ROOT = pathlib.Path(__file__).resolve().parent.parent


class Loader(yaml.SafeLoader):
    """Reads `on`, `off`, `yes` and `no` as words and times as text, as cleanupd does: `on` is a key of `notify`."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, expression) for tag, expression in resolvers if tag.rpartition(":")[2] not in ("bool", "timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(?:true|false)$"), list("tf"))


def refuses_typing_errors(validator, configuration) -> list[str]:
    """A schema that lets everything pass would be of no use."""
    accepted = []
    for place in ("", "tasks", "cycles", "connections"):
        broken = copy.deepcopy(configuration)
        table = broken if not place else next(iter(broken[place].values()))
        table["no_such_key"] = 1
        if validator.is_valid(broken):
            accepted.append(f"the schema accepts the unknown key {place or 'top level'}.no_such_key")
    return accepted


def main() -> int:
    schema = json.loads((ROOT / "schema/cleanupd.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    files = sorted(ROOT.glob("examples/*/cleanup.yaml"))
    problems = [] if files else ["there are no examples/*/cleanup.yaml"]
    for file in files:
        configuration = yaml.load(file.read_text(), Loader)
        for error in validator.iter_errors(configuration):
            problems.append(f"{file.relative_to(ROOT)}: {error.json_path}: {error.message}")
        problems += [f"{file.relative_to(ROOT)}: {text}" for text in refuses_typing_errors(validator, configuration)]
    print("\n".join(problems) or f"check-schema: {len(files)} examples are valid")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
