#!/usr/bin/env python3
"""Asks a running service whatever its OpenAPI document allows, and what it does not, by schemathesis.

Standard input: {"url", "seed", "cases", "network", "only", "callers": [{"name", "role", "tokens"}], "known": {…}}.
    cases      generated ones for each operation, beside the boundary values, which are as many as they are
    network    the second number of the loopback addresses that the requests come from: each address sends only a few,
               so that what is answered is the call and not the limit of wrong tokens and reports
    role       null = nobody: nothing that needs a role may be answered with 2xx
    tokens     one after the other, for the same reason; none = no credentials
    only       operations whose name ("GET /metrics") begins with this; "" = all
    known      names and ids that exist, by the member or parameter that takes them
Prints {"requests", "statuses", "operations", "failures"} of each caller by name. Runs in .build/venv.
"""

import collections
import json
import random
import sys
import urllib.request

import hypothesis
import requests
import schemathesis
from requests.adapters import HTTPAdapter
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import FailureGroup
from schemathesis.generation import GenerationMode
from schemathesis.generation.hypothesis.builder import HypothesisTestConfig, HypothesisTestMode, create_test
from schemathesis.specs.openapi import checks

CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.negative_data_rejection,
    checks.missing_required_header,
    checks.unsupported_method,
]
# How what the document does not allow may be refused.
REFUSALS = [400, 401, 403, 404, 405, 409, 413, 415, 422, 431]
ROLES = ["none", "view", "operate", "admin"]
# Of requests from one address: wrong tokens are limited to ten, reports of browsers to six a minute.
PER_ADDRESS = 5
SHOWN_FAILURES = 20


class Source(HTTPAdapter):
    """Connects from an address of its own; of a stream without end only the beginning is read."""

    def __init__(self, address):
        self.address = address
        super().__init__()

    def init_poolmanager(self, *arguments, **options):
        super().init_poolmanager(*arguments, **options, source_address=(self.address, 0))

    def send(self, request, **options):
        response = super().send(request, **{**options, "stream": True})
        if response.headers.get("Content-Type", "").startswith("text/event-stream") and request.method != "HEAD":
            response._content = next(response.iter_content(None))
            response.close()
        return response


class Fuzzer:
    """What one caller asks."""

    def __init__(self, given, caller):
        self.url, self.network, self.known = given["url"], given["network"], given["known"]
        self.role, self.tokens = caller["role"], caller["tokens"]
        self.random = random.Random(f"{given['seed']} {caller['name']}")
        self.count = 0
        self.session = None
        self.statuses = collections.Counter()
        self.operations = collections.Counter()
        self.failures = []

    def next_session(self):
        """Addresses 127.NETWORK.x.y, each for a few requests."""
        if self.count % PER_ADDRESS == 0:
            if self.session is not None:
                self.session.close()
            number = self.count // PER_ADDRESS
            self.session = requests.Session()
            self.session.trust_env = False
            self.session.mount("http://", Source(f"127.{self.network}.{number // 250}.{1 + number % 250}"))
        self.session.cookies.clear()
        self.count += 1
        return self.session

    def ask(self, case):
        if case.meta.generation.mode == GenerationMode.POSITIVE:
            self.put_known(case)
        headers = {}
        if self.tokens:
            headers["Authorization"] = f"Bearer {self.tokens[self.count % len(self.tokens)]}"
        if self.random.random() < 0.5:
            headers["Origin"] = self.random.choice([self.url, "https://evil.example", *self.known["origin"]])
        response = case.call(self.url, session=self.next_session(), headers=headers, timeout=60)
        self.statuses[response.status_code] += 1
        self.operations[case.operation.label] += 1
        try:
            self.check_access(case, response)
            case.validate_response(response, checks=CHECKS)
        except (FailureGroup, AssertionError) as failure:
            reasons = "; ".join(f"{one}" for one in getattr(failure, "exceptions", [failure]))
            body = (response.text or "")[:500]
            self.failures.append(f"{case.method} {response.request.url} {case.body!r}: {response.status_code} {body}: {reasons}")

    def check_access(self, case, response):
        definition = case.operation.definition.raw
        needed = definition["x-role"]
        if case.method.lower() != case.operation.method.lower() or response.status_code // 100 != 2:
            return
        assert ROLES.index(self.role or "none") >= ROLES.index(needed), f"{needed} is needed"

    def put_known(self, case):
        """Half of the names and ids are some that exist: what stands behind a 404 is to be met, too."""
        for name in case.path_parameters:
            case.path_parameters[name] = self.some("id", case.path_parameters[name])
        for name in case.query:
            case.query[name] = self.some(name, case.query[name])
        if isinstance(case.body, dict):
            case.body = {name: self.replaced(name, value) for name, value in case.body.items()}

    def replaced(self, name, value):
        if isinstance(value, list) and all(isinstance(one, str) for one in value):
            return [self.some(name, one) for one in value]
        if isinstance(value, dict) and name in self.known:
            return {self.some(name, key): inner for key, inner in value.items()}
        return self.some(name, value) if isinstance(value, str) else value

    def some(self, name, value):
        known = self.known.get(name)
        return self.random.choice(known) if known and self.random.random() < 0.5 else value


def run(given, schema, caller):
    fuzzer = Fuzzer(given, caller)
    settings = hypothesis.settings(
        max_examples=given["cases"],
        database=None,
        deadline=None,
        phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    modes = [HypothesisTestMode.COVERAGE, HypothesisTestMode.FUZZING]
    for operation in (result.ok() for result in schema.get_all_operations()):
        if not operation.label.startswith(given["only"]):
            continue
        config = HypothesisTestConfig(project=schema.config, modes=modes, settings=settings, seed=given["seed"])

        def test(case):
            fuzzer.ask(case)

        create_test(operation=operation, test_func=test, config=config)()
    return {
        "requests": fuzzer.count,
        "statuses": fuzzer.statuses,
        "operations": len(fuzzer.operations),
        "failures": fuzzer.failures[:SHOWN_FAILURES],
    }


def main():
    given = json.load(sys.stdin)
    with urllib.request.urlopen(given["url"] + "/api/openapi.json", timeout=60) as answer:
        document = json.load(answer)
    rejection = {"negative_data_rejection": {"expected-statuses": REFUSALS}}
    schema = schemathesis.openapi.from_dict(document, config=SchemathesisConfig.from_dict({"checks": rejection}))
    json.dump({caller["name"]: run(given, schema, caller) for caller in given["callers"]}, sys.stdout)


if __name__ == "__main__":
    main()
