"""Checks an OpenAPI document, and answers and bodies against it.

Standard input: {"document": …, "cases": [{"name", "template", "method", "status"?, "type", "text"}]}; a case without a
status is a body. Prints what is wrong; ends with 1 if anything is.
"""

import json
import sys

import jsonschema
from openapi_spec_validator import validate
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

URI = "urn:api"


def schema_of(document: dict, case: dict) -> dict | None:
    """The schema of a case; None if its content is not JSON. Raises KeyError for what the document does not have."""
    operation = document["paths"][case["template"]][case["method"]]
    media = case["type"].split(";")[0]
    if "status" not in case:
        return operation["requestBody"]["content"][media]["schema"]
    responses = operation["responses"]
    if media == "application/problem+json":
        return document["components"]["responses"]["Problem"]["content"][media]["schema"]
    content = responses[str(case["status"])].get("content", {})
    if media == "" and not content:
        return None
    schema = content[media]["schema"]
    return schema if media == "application/json" else None


def absolute(schema: dict) -> dict:
    return {"$ref": URI + schema["$ref"]} if "$ref" in schema else schema


def problem(document: dict, registry: Registry, case: dict) -> str | None:
    try:
        schema = schema_of(document, case)
        if schema is None:
            return None
        value = json.loads(case["text"])
        jsonschema.Draft202012Validator(absolute(schema), registry=registry).validate(value)
    except KeyError as error:
        return f"the document does not have {error} for it ({case.get('status')}, {case['type']})"
    except (ValueError, jsonschema.ValidationError) as error:
        return f"{error}"
    return None


def main() -> int:
    given = json.load(sys.stdin)
    document = given["document"]
    try:
        validate(document)
    except Exception as error:  # of several kinds, all of which say that it is not valid
        print(f"the document is not valid: {error}")
        return 1
    registry = Registry().with_resource(URI, Resource.from_contents(document, default_specification=DRAFT202012))
    status = 0
    for case in given["cases"]:
        wrong = problem(document, registry, case)
        if wrong:
            print(f"{case['name']}: {wrong}")
            status = 1
    print(f"{len(given['cases'])} cases")
    return status


if __name__ == "__main__":
    sys.exit(main())
