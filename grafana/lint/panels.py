"""Rules about panels: data source, words, units."""

import json
import re
from collections.abc import Iterator

from . import walk

# Units that we use, and what a name in the query must contain for them. Others may be right: then add them here.
UNITS = {
    "s": r"_seconds|time\(\)",
    "bytes": r"_bytes",
    "binBps": r"rate\(.*_bytes_total",
    "cps": r"rate\(.*_total",
    "reqps": r"rate\(.*_(http|backend)_.*_total",
    "dateTimeFromNow": r"1000 \* .*_timestamp|1000 \* .*start_time",
    "percentunit": r"/|_seconds_total",
    "short": r"",
}
PLAIN = {"s", "bytes", "binBps", "dateTimeFromNow"}  # Units of whole queries, not of shares of them.


def panel_datasource(dashboard: dict) -> Iterator[str]:
    for panel in walk.panels(dashboard):
        for one in (panel, *panel.get("targets", [])):
            if one.get("datasource", {}).get("uid") != walk.DATASOURCE:
                yield f"panel-datasource: {panel['title']!r} does not use the data source of the variable"


def panel_title_description(dashboard: dict) -> Iterator[str]:
    for panel in walk.panels(dashboard):
        if not panel.get("title"):
            yield f"panel-title-description: panel {panel['id']} has no title"
        elif not panel.get("description", "").endswith("."):
            yield f"panel-title-description: {panel['title']!r} has no description in sentences"


def panel_titles_differ(dashboard: dict) -> Iterator[str]:
    titles = [panel["title"] for panel in walk.panels(dashboard)]
    for title in sorted({title for title in titles if titles.count(title) > 1}):
        yield f"panel-title-unique: {title!r} stands for several panels"


def panel_no_targets(dashboard: dict) -> Iterator[str]:
    for panel in walk.panels(dashboard):
        if not panel.get("targets"):
            yield f"panel-no-targets: {panel['title']!r} has no query"
        references = [target["refId"] for target in panel.get("targets", [])]
        if len(set(references)) != len(references):
            yield f"panel-no-targets: {panel['title']!r} has two queries of one refId"


def units(panel: dict) -> Iterator[tuple[str, str | None]]:
    """Each query with the unit in which its values are shown; not those that are hidden."""
    columns = {}
    organize = next((one["options"] for one in panel.get("transformations", []) if one["id"] == "organize"), {})
    for override in panel.get("fieldConfig", {}).get("overrides", []):
        for value in override["properties"]:
            if value["id"] == "unit":
                columns[override["matcher"]["options"]] = value["value"]
    default = panel.get("fieldConfig", {}).get("defaults", {}).get("unit")
    for target in panel.get("targets", []):
        name = f"Value #{target['refId']}"
        if panel["type"] != "table":
            yield target["expr"], default
        elif not organize["excludeByName"].get(name):
            yield target["expr"], columns.get(organize["renameByName"].get(name))


def panel_units(dashboard: dict) -> Iterator[str]:
    for panel in walk.panels(dashboard):
        for expression, unit in units(panel):
            if unit not in UNITS:
                yield f"panel-units: {panel['title']!r} shows {expression} in {unit!r}, which is no unit of ours"
            elif not re.search(UNITS[unit], expression):
                yield f"panel-units: {panel['title']!r}: {unit} does not fit {expression}"
            elif _is_plain_bytes(expression) and unit not in PLAIN:
                yield f"panel-units: {panel['title']!r}: {unit} does not fit the bytes of {expression}"


def _is_plain_bytes(expression: str) -> bool:
    return "_bytes" in expression and " / " not in expression


def panel_data_links(dashboard: dict) -> Iterator[str]:
    """What a link of a cell or line takes from it must be there: a shown column, or a label of the query."""
    for panel in walk.panels(dashboard):
        text = json.dumps(panel.get("fieldConfig", {}))
        organize = next((one["options"] for one in panel.get("transformations", []) if one["id"] == "organize"), {})
        for column in sorted(
            set(re.findall(r"__data\.fields\.(\w+)", text)) - set(organize.get("renameByName", {}).values())
        ):
            yield f"panel-data-links: {panel['title']!r} has no column {column}"
        for label in sorted(set(re.findall(r"__field\.labels\.(\w+)", text))):
            if not all(re.search(rf"by \([^)]*\b{label}\b", target["expr"]) for target in panel["targets"]):
                yield f"panel-data-links: {panel['title']!r} has no label {label}"


RULES = [
    panel_datasource,
    panel_title_description,
    panel_titles_differ,
    panel_no_targets,
    panel_units,
    panel_data_links,
]
