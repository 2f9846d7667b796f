"""Holds JSON documents against a JSON Schema.

Usage: validate.py SCHEMA < LINES. Each line is {"name": …, "document": …}; each answer {"name": …, "error": null or text}.
"""
import json
import sys

from jsonschema import Draft202012Validator

with open(sys.argv[1], encoding="utf-8") as file:
    schema = json.load(file)
Draft202012Validator.check_schema(schema)
validator = Draft202012Validator(schema)
for line in sys.stdin:
    case = json.loads(line)
    errors = [f"{error.json_path}: {error.message}" for error in validator.iter_errors(case["document"])]
    print(json.dumps({"name": case["name"], "error": "; ".join(errors) or None}))
