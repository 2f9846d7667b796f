#!/usr/bin/env python3
"""Asks a Prometheus for what each panel of grafana/dashboards shows; prints each query without data and exits with 1.

Usage: scripts/query-dashboards.py [--minutes 30] [--step 15] [--scrape 15] [--only-series] [--list] PROMETHEUS_URL

Queries are made as Grafana makes them, of the last --minutes, with all jobs, instances and tasks; on the dashboard of
one task, it is enough that some task has the data. Data are numbers: a series that is NaN at every moment has none,
unless --only-series is given (quantiles are NaN while nothing happens). --list prints each query with its number of
series. Give --scrape as it is in Prometheus: rates look back over four scrapes.
"""

import argparse
import json
import pathlib
import re
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent


class Prometheus:
    def __init__(self, url: str, arguments: argparse.Namespace):
        self.url = url.rstrip("/")
        self.end = time.time()
        self.seconds = arguments.minutes * 60
        self.step = arguments.step
        # As Grafana does it: the step and a scrape, but not less than four scrapes.
        self.rate_interval = max(arguments.step + arguments.scrape, 4 * arguments.scrape)
        self.only_series = arguments.only_series

    def ask(self, path: str, **parameters) -> object:
        body = urllib.parse.urlencode(parameters, doseq=True).encode()
        # The list of values cannot be asked for by POST.
        request = (f"{self.url}{path}?{body.decode()}", None) if "/label/" in path else (f"{self.url}{path}", body)
        try:
            with urllib.request.urlopen(*request, timeout=30) as answer:
                return json.load(answer)["data"]
        except urllib.error.HTTPError as error:
            raise ValueError(json.load(error).get("error", str(error))) from error

    def values(self, definition: str, values: dict[str, str]) -> list[str]:
        """What a variable offers."""
        selector, label = re.fullmatch(r"label_values\((.+), (\w+)\)", definition).groups()
        parameters = {"match[]": expanded(selector, values), "start": self.end - self.seconds, "end": self.end}
        return self.ask(f"/api/v1/label/{label}/values", **parameters)

    def count(self, expression: str, instant: bool) -> int:
        """How many series with data a query has."""
        if instant:
            result = self.ask("/api/v1/query", query=expression, time=self.end)["result"]
            samples = [[one["value"]] for one in result]
        else:
            times = {"start": self.end - self.seconds, "end": self.end, "step": self.step}
            samples = [one["values"] for one in self.ask("/api/v1/query_range", query=expression, **times)["result"]]
        return sum(self.only_series or any(value != "NaN" for _, value in one) for one in samples)

    def lengths(self) -> dict[str, str]:
        return {
            "__rate_interval": f"{self.rate_interval}s",
            "__range": f"{self.seconds}s",
            "__interval": f"{self.step}s",
        }


def expanded(expression: str, values: dict[str, str]) -> str:
    """A query with its variables replaced; an unknown one is an error, not an empty word. `$1` is a part of a match."""
    return re.sub(r"\$\{?([A-Za-z_]\w*)\}?", lambda match: values[match.group(1)], expression)


def queries(dashboard: dict):
    """Each query with the words that name its place, and whether it asks for the present alone."""
    for panel in dashboard["panels"]:
        for target in panel.get("targets", []):
            yield f"{panel['title']} ({target['refId']})", target["expr"], target["instant"]
    for annotation in dashboard["annotations"]["list"]:
        yield f"annotation {annotation['name']}", annotation["expr"], False


def choices(dashboard: dict, prometheus: Prometheus, problems: list[str]) -> list[dict[str, str]]:
    """The values of variables with which to ask: all of those of which several may be chosen, else each in turn."""
    result = [{"job": ".+", "instance": ".+"}]
    for variable in dashboard["templating"]["list"]:
        if variable["type"] != "query":
            continue
        offered = prometheus.values(variable["query"]["query"], result[0])
        if not offered:
            problems.append(f"{dashboard['uid']}: the variable {variable['name']} has no values")
        if variable["multi"]:
            result = [one | {variable["name"]: variable["allValue"]} for one in result]
        else:
            result = [one | {variable["name"]: value} for one in result for value in offered]
    return result


def check(dashboard: dict, prometheus: Prometheus, is_listing: bool) -> tuple[int, list[str]]:
    problems = []
    asked = 0
    chosen = choices(dashboard, prometheus, problems)
    for place, expression, instant in queries(dashboard):
        asked += 1
        try:
            counts = [prometheus.count(expanded(expression, one | prometheus.lengths()), instant) for one in chosen]
        except ValueError as error:
            problems.append(f"{dashboard['uid']}: {place}: {error}: {expression}")
            continue
        if is_listing:
            print(f"{max(counts, default=0):4}  {dashboard['uid']}: {place}")
        # Nothing is to be seen here while all is well.
        if not any(counts) and place != "annotation Runs without success":
            problems.append(f"{dashboard['uid']}: {place} has no data: {expression}")
    return asked, problems


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("url", metavar="PROMETHEUS_URL")
    parser.add_argument("--minutes", type=int, default=30, help="how far to look back (default: %(default)s)")
    parser.add_argument("--step", type=int, default=15, help="seconds between two points (default: %(default)s)")
    parser.add_argument("--scrape", type=int, default=15, help="seconds between two scrapes (default: %(default)s)")
    parser.add_argument("--only-series", action="store_true", help="NaN counts as data")
    parser.add_argument("--list", action="store_true", help="print each query with its number of series")
    arguments = parser.parse_args()
    prometheus = Prometheus(arguments.url, arguments)
    total, problems = 0, []
    try:
        for file in sorted((ROOT / "grafana/dashboards").glob("*.json")):
            asked, found = check(json.loads(file.read_text()), prometheus, arguments.list)
            total += asked
            problems += found
    except urllib.error.URLError as error:
        problems.append(f"query-dashboards: {arguments.url} does not answer: {error.reason}")
    print("\n".join(problems) or f"query-dashboards: all {total} queries have data")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
