#!/usr/bin/env python3
"""Checks that nothing is unused: what alerts/ and grafana/ name is in the catalogue, and what is in it is used.

A metric of the catalogue is used if a panel, a variable, an annotation or an alert asks for it; otherwise it must stand
in grafana/ad-hoc.yml with a reason. The catalogue is what `cleanupd metrics-table` prints; CLEANUPD_BINARY names the
binary (default: .build/debug/cleanupd). Runs in .build/venv.
"""

import json
import os
import pathlib
import re
import subprocess
import sys

import yaml

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(ROOT / "grafana"))

from lint import walk

# Prometheus makes these itself, about each target.
OF_PROMETHEUS = {"up", "scrape_duration_seconds"}
# Each resource of a configuration has one; the catalogue cannot know their names.
OF_RESOURCES = re.compile(r"cleanup_(\w+|\.\+)_deleted_total")
NAME = re.compile(r"\b(?:cleanup|process)_\w+")


def catalogue(table: str) -> dict[str, str]:
    """Kinds of metrics by their names, from the Markdown that the program prints."""
    return dict(re.findall(r"^\| `(\w+)` \| (\w+) \|", table, re.MULTILINE))


def family(name: str, known: dict[str, str]) -> str:
    """What a series belongs to: of histograms it has another name."""
    base = re.sub(r"_(bucket|sum|count)$", "", name)
    return base if known.get(base) == "histogram" else name


def of_dashboard(dashboard: dict) -> dict[str, set[str]]:
    """Names by the place where they are asked for."""
    found = {
        f"{dashboard['uid']}: {place}": walk.series(expression) for place, expression in walk.expressions(dashboard)
    }
    for variable in dashboard["templating"]["list"]:
        if variable["type"] == "query":
            query = re.fullmatch(r"label_values\((.+), \w+\)", variable["query"]["query"]).group(1)
            found[f"{dashboard['uid']}: variable {variable['name']}"] = walk.series(query)
    return found


def of_rules(rules: dict) -> dict[str, set[str]]:
    return {
        f"alert {rule.get('alert') or rule.get('record')}": walk.series(rule["expr"])
        for group in rules["groups"]
        for rule in group["rules"]
    }


def of_words(text: str) -> set[str]:
    """Names of metrics in Markdown or YAML: what looks like one and stands in code."""
    code = re.findall(r"```.*?```|`[^`\n]+`", text, re.DOTALL)
    return {
        name for one in code for name in NAME.findall(one) if re.search(r"_(total|seconds|bytes|timestamp|info)$", name)
    }


def findings(
    known: dict[str, str],
    uses: dict[str, set[str]],
    words: dict[str, set[str]],
    ad_hoc: dict[str, str],
) -> list[str]:
    problems = []
    for place, names in [*uses.items(), *words.items()]:
        for name in sorted(names):
            if not (name in OF_PROMETHEUS or OF_RESOURCES.fullmatch(name) or family(name, known) in known):
                problems.append(f"{place}: {name} is not in the catalogue")
    used = {family(name, known) for names in uses.values() for name in names}
    for name in sorted(known.keys() - used - ad_hoc.keys()):
        problems.append(
            f"{name} is in the catalogue, but no panel and no alert uses it; use it, or give a reason in ad-hoc.yml"
        )
    if not any("+" in name and OF_RESOURCES.fullmatch(name) for name in used):
        problems.append("no panel shows the counters of resources")
    for name, reason in ad_hoc.items():
        if name not in known:
            problems.append(f"ad-hoc.yml: {name} is not in the catalogue")
        elif name in used:
            problems.append(f"ad-hoc.yml: {name} is used by a panel or an alert")
        if not str(reason or "").strip():
            problems.append(f"ad-hoc.yml: {name} has no reason")
    return problems


def main() -> int:
    binary = os.environ.get("CLEANUPD_BINARY", ROOT / ".build/debug/cleanupd")
    table = subprocess.run([binary, "metrics-table"], check=True, stdout=subprocess.PIPE, text=True).stdout
    known = catalogue(table)
    uses, words = {}, {}
    for file in sorted((ROOT / "grafana/dashboards").glob("*.json")):
        uses |= of_dashboard(json.loads(file.read_text()))
    for file in sorted((ROOT / "alerts/rules").glob("*.yml")):
        uses |= of_rules(yaml.safe_load(file.read_text()))
    for file in [*sorted((ROOT / "alerts").glob("**/*.md")), *sorted((ROOT / "grafana").glob("*.md"))]:
        words[str(file.relative_to(ROOT))] = of_words(file.read_text())
    ad_hoc = yaml.safe_load((ROOT / "grafana/ad-hoc.yml").read_text()) or {}
    problems = findings(known, uses, words, ad_hoc)
    if not known:
        problems.append("the catalogue is empty")
    print(
        "\n".join(problems)
        or f"check-usage: all {len(known)} metrics are used, {len(ad_hoc)} of them for ad-hoc queries"
    )
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
