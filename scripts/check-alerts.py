#!/usr/bin/env python3
"""Checks what promtool does not: that each alert is complete, tested, explained, and made of metrics that exist.

Reads alerts/rules, alerts/tests, docs/runbook.md, and the table of metrics in docs/metrics.md. Then spoils a copy of what
it read in several ways, and fails unless it finds each. Runs in .build/venv; part
of scripts/check-alerts.sh.
"""

import copy
import pathlib
import re
import sys
from typing import NamedTuple

import yaml

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(ROOT / "grafana"))

from lint import walk

ANNOTATIONS = ["summary", "description", "runbook_url", "dashboard_url"]
SEVERITIES = {"critical", "warning", "info", "none"}
OVERVIEW, TASK = "/d/cleanupd-overview", "/d/cleanupd-task?var-task={{ $labels.task }}"
KINDS = ["fires", "stays quiet", "resolves", "survives a restart", "survives a missing series"]
# A watchdog never stops.
KINDS_OF = {"Watchdog": ["fires", "survives a restart", "survives a missing series"]}
# What Prometheus itself writes.
FOREIGN_METRICS = {"up"}


class Alerts(NamedTuple):
    """All that is checked, as read."""

    rules: dict[str, dict]
    tests: dict[str, dict]
    runbook: str
    # Families by name, with their types.
    catalogue: dict[str, str]


def read() -> Alerts:
    def documents(folder: str) -> dict[str, dict]:
        return {file.name: yaml.safe_load(file.read_text()) for file in sorted((ROOT / folder).glob("*.yml"))}

    table = re.findall(r"^\| `([a-z_]+)` \| (\w+) \|", (ROOT / "docs/metrics.md").read_text(), re.MULTILINE)
    runbook = (ROOT / "docs/runbook.md").read_text()
    return Alerts(documents("alerts/rules"), documents("alerts/tests"), runbook, dict(table))


def rules_of(document: dict) -> list[dict]:
    return [rule for group in document["groups"] for rule in group["rules"]]


def titles_of(document: dict) -> dict[str, dict]:
    """Rules by the name that their tests begin with: an alert of two severities says which."""
    rules = rules_of(document)
    names = [rule.get("alert", "") for rule in rules]
    return {
        rule["alert"] + (f" {rule['labels']['severity']}" if names.count(rule["alert"]) > 1 else ""): rule
        for rule in rules
    }


# --- One rule.


def problems_of_rule(rule: dict, alerts: Alerts) -> list[str]:
    labels, annotations = rule.get("labels", {}), rule.get("annotations", {})
    found = []
    if not re.fullmatch(r"[A-Z][A-Za-z]+", rule["alert"]):
        found.append("its name is not in CamelCase")
    if "for" not in rule:
        found.append("it has no `for`")
    if list(labels) != ["severity"] or labels["severity"] not in SEVERITIES:
        found.append(f"its labels are {labels}, not a severity of {sorted(SEVERITIES)}")
    if list(annotations) != ANNOTATIONS:
        return found + [f"its annotations are {list(annotations)}, not {ANNOTATIONS}"]
    if not re.fullmatch(r"[A-Z][^.{]*\.", annotations["summary"]):
        found.append("its summary is not one sentence without values")
    if not annotations["description"].endswith("."):
        found.append("its description does not end with a full stop")
    of_task = re.search(r"by \((\w+, )*task\b", rule["expr"])
    if annotations["dashboard_url"] != (TASK if of_task else OVERVIEW):
        found.append(f"its dashboard is {annotations['dashboard_url']}")
    for label in re.findall(r"by \((\w+)\)", rule["expr"])[:1]:
        if "$labels." + label not in annotations["description"]:
            found.append(f"its description does not say which {label}")
    names = walk.series(rule["expr"])
    # The bare name of a histogram is that of a native one: only beside the classic buckets.
    unknown = [name for name in names if not exists(name, alerts) and name + "_bucket" not in names]
    return found + [f"there is no metric {name}" for name in sorted(unknown)]


def exists(name: str, alerts: Alerts) -> bool:
    family, kind = re.fullmatch(r"(.*?)(_bucket|_sum|_count|)", name).groups()
    if kind and alerts.catalogue.get(family) == "histogram":
        return True
    return name in FOREIGN_METRICS or alerts.catalogue.get(name) not in (None, "histogram")


def problems_of_links(alerts: Alerts) -> list[str]:
    """One base for all links, a heading for each alert, and no other."""
    rules = [rule for document in alerts.rules.values() for rule in rules_of(document)]
    links = {rule["alert"]: rule.get("annotations", {}).get("runbook_url", "") for rule in rules}
    found = [f"{name}: its runbook_url is {url}" for name, url in links.items() if not url.endswith("#" + name.lower())]
    bases = {url.partition("#")[0] for url in links.values()}
    if len(bases) != 1:
        found.append(f"the links to the runbook have several bases: {sorted(bases)}")
    headings = re.findall(r"^##+ (.*)$", alerts.runbook, re.MULTILINE)
    if headings != sorted(set(headings), key=headings.index):
        found.append("runbook.md: a heading is there twice")
    found += [f"runbook.md: no heading for {name}" for name in links if name not in headings]
    return found + [f"runbook.md: {heading} is no alert" for heading in headings if heading not in links]


# --- The tests.


def outcomes(test: dict, rule: dict) -> list[bool]:
    """What a test expects of a rule, in order of time: firing or not."""
    name, severity = rule["alert"], rule["labels"]["severity"]
    found = []
    for case in test.get("alert_rule_test") or []:
        if case["alertname"] == name:
            expected = case.get("exp_alerts") or []
            fires = any(alert["exp_labels"].get("severity") == severity for alert in expected)
            found.append((minutes(case["eval_time"]), fires))
    for case in test.get("promql_expr_test") or []:
        if f'alertname="{name}"' in case["expr"] and "ALERTS" in case["expr"]:
            found.append((minutes(case["eval_time"]), bool(case.get("exp_samples"))))
    return [fires for _, fires in sorted(found)]


def minutes(time: str) -> int:
    number, unit = re.fullmatch(r"(\d+)([mhd])", time).groups()
    return int(number) * {"m": 1, "h": 60, "d": 1440}[unit]


def problems_of_tests(name: str, alerts: Alerts) -> list[str]:
    if name not in alerts.tests:
        return [f"tests/{name} is missing"]
    document, found = alerts.tests[name], []
    if document["rule_files"] != [f"../rules/{name}"]:
        found.append(f"tests/{name}: it tests {document['rule_files']}")
    seen: dict[str, list[str]] = {title: [] for title in titles_of(alerts.rules[name])}
    for test in document["tests"]:
        title, kind = split_name(test.get("name", ""), list(seen))
        if not title:
            found.append(f"tests/{name}: `{test.get('name')}` does not begin with an alert and what it does")
            continue
        seen[title].append(kind)
        expected = outcomes(test, titles_of(alerts.rules[name])[title])
        if not is_proof(kind, expected):
            found.append(f"tests/{name}: `{test['name']}` does not show that; it expects {expected}")
    for title, kinds in seen.items():
        missing = [kind for kind in KINDS_OF.get(title, KINDS) if kind not in kinds]
        found += [f"tests/{name}: no case `{title} {kind} ...`" for kind in missing]
    return found


def problems_of_series(alerts: Alerts) -> list[str]:
    """A series with a wrong name would let a case pass that should fail."""
    found = []
    for name, document in alerts.tests.items():
        series = [series["series"] for test in document["tests"] for series in test.get("input_series", [])]
        metrics = sorted({re.match(r"\w+", text).group() for text in series})
        found += [f"tests/{name}: there is no metric {metric}" for metric in metrics if not exists(metric, alerts)]
    return found


def split_name(name: str, titles: list[str]) -> tuple[str, str]:
    for title in titles:
        for kind in KINDS:
            if re.match(rf"{title} {kind}\b", name):
                return title, kind
    return "", ""


def is_proof(kind: str, expected: list[bool]) -> bool:
    """Whether the expectations of a case are what its name says."""
    if kind == "fires":
        return any(expected)
    if kind == "stays quiet":
        return bool(expected) and not any(expected)
    if kind == "resolves":
        return True in expected and not expected[-1] or any(a and not b for a, b in zip(expected, expected[1:]))
    return bool(expected)


def problems(alerts: Alerts) -> list[str]:
    found = []
    for name, document in alerts.rules.items():
        for rule in rules_of(document):
            if "alert" not in rule:
                found.append(f"rules/{name}: {rule.get('record')} is no alert; say here why it is needed")
                continue
            found += [f"rules/{name}: {rule['alert']}: {text}" for text in problems_of_rule(rule, alerts)]
        found += problems_of_tests(name, alerts)
    return found + problems_of_series(alerts) + problems_of_links(alerts)


# --- The check of the check.


def spoiled(alerts: Alerts) -> dict[str, Alerts]:
    """Copies that each have one fault, by what the fault is."""

    def with_rule(change) -> Alerts:
        other = copy.deepcopy(alerts)
        change(rules_of(other.rules["tasks.yml"])[0])
        return other

    def with_tests(change) -> Alerts:
        other = copy.deepcopy(alerts)
        other.tests["tasks.yml"]["tests"] = list(change(other.tests["tasks.yml"]["tests"]))
        return other

    name = rules_of(alerts.rules["tasks.yml"])[0]["alert"]
    faults = {
        f"no {key}": with_rule(lambda rule, key=key: rule["annotations"].pop(key)) for key in ANNOTATIONS
    } | {
        f"no case that {kind}": with_tests(
            lambda tests, kind=kind: (test for test in tests if f"{name} {kind}" not in test["name"])
        )
        for kind in KINDS
    }
    return faults | {
        "unknown severity": with_rule(lambda rule: rule["labels"].update(severity="urgent")),
        "no for": with_rule(lambda rule: rule.pop("for")),
        "summary with a value": with_rule(lambda rule: rule["annotations"].update(summary="It is {{ $value }}.")),
        "summary without an end": with_rule(lambda rule: rule["annotations"].update(summary="It is")),
        "another dashboard": with_rule(lambda rule: rule["annotations"].update(dashboard_url="/d/other")),
        "another runbook": with_rule(lambda rule: rule["annotations"].update(runbook_url=f"https://x/#{name.lower()}")),
        "unknown metric": with_rule(lambda rule: rule.update(expr="sum by (task) (cleanup_nothing_total) > 0")),
        "histogram without its part": with_rule(lambda rule: rule.update(expr="cleanup_task_duration_seconds > 0")),
        "unnamed case": with_tests(lambda tests: tests + [{"name": "Something else"}]),
        "unknown series": with_tests(
            lambda tests: tests[1:] + [{**tests[0], "input_series": [{"series": "cleanup_nothing{}"}]}]
        ),
        "case that expects nothing": with_tests(lambda tests: tests + [{"name": f"{name} fires never"}]),
        "no heading": alerts._replace(runbook=alerts.runbook.replace(f"## {name}\n", "")),
        "heading without an alert": alerts._replace(runbook=alerts.runbook + "\n## CleanupNothing\n"),
        "no tests": alerts._replace(tests={}),
    }


def main() -> int:
    alerts = read()
    found = problems(alerts)
    if not found:
        unseen = [fault for fault, other in spoiled(alerts).items() if not problems(other)]
        found += [f"check-alerts: it does not see: {fault}" for fault in unseen]
    cases = sum(len(document["tests"]) for document in alerts.tests.values())
    count = sum(len(rules_of(document)) for document in alerts.rules.values())
    print("\n".join(found) or f"check-alerts: {count} rules are complete and explained; {cases} cases are named")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
