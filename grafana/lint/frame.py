"""Rules about the dashboard as a whole: data source, variables, annotations."""

import re
from collections.abc import Iterator

from . import walk


def template_datasource(dashboard: dict) -> Iterator[str]:
    found = [one for one in dashboard["templating"]["list"] if one["type"] == "datasource"]
    if len(found) != 1:
        yield f"template-datasource: there are {len(found)} variables of the type datasource, not 1"
    for one in found:
        if (one["name"], one["label"], one["query"]) != ("datasource", "Data source", "prometheus"):
            yield 'template-datasource: it is not called datasource, "Data source", for prometheus'


def template_job_and_instance(dashboard: dict) -> Iterator[str]:
    variables = {one["name"]: one for one in dashboard["templating"]["list"]}
    for name in ("job", "instance"):
        rule = f"template-{name}"
        if name not in variables:
            yield f"{rule}: the variable is missing"
            continue
        one = variables[name]
        expected = {"type": "query", "label": name.title(), "multi": True, "includeAll": True, "allValue": ".+"}
        for key, value in expected.items():
            if one.get(key) != value:
                yield f"{rule}: {key} is {one.get(key)!r}, not {value!r}"


def template_datasources(dashboard: dict) -> Iterator[str]:
    for one in dashboard["templating"]["list"]:
        if one["type"] == "query" and one.get("datasource", {}).get("uid") != walk.DATASOURCE:
            yield f"template-{one['name']}: does not use the data source of the variable"
    for one in dashboard["annotations"]["list"]:
        if one.get("datasource", {}).get("uid") != walk.DATASOURCE:
            yield f"annotation-datasource: {one['name']!r} does not use the data source of the variable"


def template_label_promql(dashboard: dict) -> Iterator[str]:
    for one in dashboard["templating"]["list"]:
        if one["type"] != "query":
            continue
        match = re.fullmatch(r"label_values\((.+), (\w+)\)", one["query"]["query"])
        if not match:
            yield f"template-label-promql: {one['name']}: {one['query']['query']} is not label_values(metric, label)"
            continue
        if match.group(2) != one["name"]:
            yield f"template-label-promql: {one['name']} lists values of the label {match.group(2)}"
        try:
            walk.parsed(match.group(1))
        except ValueError as error:
            yield f"template-label-promql: {one['name']}: {error}"


def template_on_time_change_reload(dashboard: dict) -> Iterator[str]:
    for one in dashboard["templating"]["list"]:
        if one["type"] == "query" and one.get("refresh") != 2:
            yield f"template-on-time-change-reload: {one['name']}: refresh is {one.get('refresh')}, not 2"


def uneditable(dashboard: dict) -> Iterator[str]:
    if dashboard.get("editable") is not False:
        yield "uneditable-dashboard: editable is not false"


def identity(dashboard: dict) -> Iterator[str]:
    for key in ("uid", "title", "description", "tags"):
        if not dashboard.get(key):
            yield f"dashboard-identity: {key} is missing"


RULES = [
    template_datasource,
    template_job_and_instance,
    template_datasources,
    template_label_promql,
    template_on_time_change_reload,
    uneditable,
    identity,
]
