"""Constructors of panels. They give each kind one look; what differs is said by the caller.

A panel has no place yet: `layout` gives it one. `w` and `h` are its size on the grid.
"""

from . import settings

DATASOURCE = {"type": "prometheus", "uid": "${datasource}"}


def _target(expr: str, legend: str = "", instant: bool = False, form: str = "time_series") -> dict:
    return {
        "datasource": DATASOURCE,
        "editorMode": "code",
        "expr": expr,
        "format": form,
        "instant": instant,
        "legendFormat": legend or "__auto",
        "range": not instant,
    }


def _panel(kind: str, title: str, description: str, targets: list[dict], size: tuple[int, int], alerts: tuple) -> dict:
    references = [{**one, "refId": chr(ord("A") + index)} for index, one in enumerate(targets)]
    return {
        "type": kind,
        "title": title,
        "description": description,
        "datasource": DATASOURCE,
        "targets": references,
        "gridPos": {"w": size[0], "h": size[1]},
        "links": [settings.runbook(alert) for alert in alerts],
    }


def _defaults(unit: str, thresholds: list[dict], color: str = "thresholds", **more) -> dict:
    return {
        "unit": unit,
        "color": {"mode": color},
        "thresholds": {"mode": "absolute", "steps": thresholds},
        **more,
    }


def stat(
    title: str,
    expr: str,
    description: str,
    *,
    unit: str,
    thresholds: list[dict],
    w: int = 4,
    h: int = 4,
    alerts: tuple = (),
    mappings: list | None = None,
    decimals: int | None = None,
    legend: str = "",
) -> dict:
    """One number: how it is now."""
    panel = _panel("stat", title, description, [_target(expr, legend, instant=True)], (w, h), alerts)
    more = {"mappings": mappings or [], "noValue": "no data"}
    if decimals is not None:
        more["decimals"] = decimals
    panel["fieldConfig"] = {"defaults": _defaults(unit, thresholds, **more), "overrides": []}
    panel["options"] = {
        "colorMode": "value",
        "graphMode": "none",
        "justifyMode": "auto",
        "orientation": "auto",
        "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False},
        "textMode": "auto",
    }
    return panel


def timeseries(
    title: str,
    queries: dict[str, str],
    description: str,
    *,
    unit: str,
    thresholds: list[dict] | None = None,
    w: int = 12,
    h: int = 8,
    alerts: tuple = (),
    stacked: bool = False,
    points: bool = False,
    steps: bool = False,
    links: tuple = (),
    top: float | None = None,
    signed: bool = False,
) -> dict:
    """Lines over time, from 0 on unless `signed`; `points` for what is seldom there, `steps` for what jumps.

    Queries by their legends. Thresholds are dashed lines.
    """
    targets = [_target(query, legend) for legend, query in queries.items()]
    panel = _panel("timeseries", title, description, targets, (w, h), alerts)
    custom = {
        "drawStyle": "points" if points else "line",
        "fillOpacity": 30 if stacked else 0,
        "lineInterpolation": "stepAfter" if steps else "linear",
        "lineWidth": 1,
        "pointSize": 5,
        "showPoints": "auto",
        "spanNulls": False,
        "stacking": {"group": "A", "mode": "normal" if stacked else "none"},
        "thresholdsStyle": {"mode": "dashed" if thresholds else "off"},
    }
    more = {"custom": custom, **({} if signed else {"min": 0}), "links": list(links)}
    if top is not None:
        more["max"] = top
    defaults = _defaults(unit, thresholds or settings.NEUTRAL, settings.SERIES_COLOR, **more)
    panel["fieldConfig"] = {"defaults": defaults, "overrides": []}
    panel["options"] = {
        "legend": {"calcs": ["lastNotNull", "max"], "displayMode": "table", "placement": "bottom", "showLegend": True},
        "tooltip": {"mode": "multi", "sort": "desc"},
    }
    return panel


def heatmap(title: str, expr: str, description: str, *, w: int = 12, h: int = 8, alerts: tuple = ()) -> dict:
    """Counts by bucket of a classic histogram of seconds."""
    panel = _panel("heatmap", title, description, [_target(expr, "{{le}}", form="heatmap")], (w, h), alerts)
    # Each point stands for the time up to the next one: few points, so that a short run is more than a hair.
    panel["maxDataPoints"] = 60
    panel["fieldConfig"] = {"defaults": {"unit": settings.SECONDS}, "overrides": []}
    panel["options"] = {
        "calculate": False,
        "cellGap": 1,
        "cellValues": {"unit": settings.COUNT, "decimals": 0},
        "color": {
            "mode": "scheme",
            "scheme": settings.HEAT_SCHEME,
            "steps": 64,
            "exponent": 0.5,
            "fill": "dark-orange",
        },
        "filterValues": {"le": 1e-9},
        "legend": {"show": True},
        "rowsFrame": {"layout": "auto"},
        "tooltip": {"mode": "single", "yHistogram": False},
        "yAxis": {"axisPlacement": "left", "reverse": False, "unit": settings.SECONDS},
    }
    return panel


def bargauge(
    title: str,
    queries: dict[str, str],
    description: str,
    *,
    unit: str,
    thresholds: list[dict],
    w: int = 8,
    h: int = 8,
    alerts: tuple = (),
    top: float | None = None,
    overrides: tuple = (),
) -> dict:
    """One bar for each series, as it is now; queries by their legends."""
    targets = [_target(query, legend, instant=True) for legend, query in queries.items()]
    panel = _panel("bargauge", title, description, targets, (w, h), alerts)
    more = {"min": 0, "noValue": "no data"}
    if top is not None:
        more["max"] = top
    panel["fieldConfig"] = {"defaults": _defaults(unit, thresholds, **more), "overrides": list(overrides)}
    panel["options"] = {
        "displayMode": "basic",
        "orientation": "horizontal",
        "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False},
        "showUnfilled": True,
        "valueMode": "color",
    }
    return panel


def incidents(
    title: str,
    queries: dict[str, str],
    meaning: str,
    *,
    by: str = "",
    thresholds: list[dict] = settings.NONE_IS_BETTER,
    **more,
) -> dict:
    """How often something happened in the chosen time that should not; `by` whom, if the bars do not say it."""
    description = f"In the chosen time{by}. Good: 0. {meaning}"
    return bargauge(title, queries, description, unit=settings.COUNT, thresholds=thresholds, **more)


def named_like(expression: str, thresholds: list[dict]) -> dict:
    """Other thresholds for the series whose names match."""
    value = {"mode": "absolute", "steps": thresholds}
    return {
        "matcher": {"id": "byRegexp", "options": expression},
        "properties": [{"id": "thresholds", "value": value}],
    }


def column(title: str, expr: str, *, unit: str, color: list[dict] | None = None, mappings: list | None = None) -> dict:
    """A column of `table`: coloured by thresholds or by what its values stand for, or plain."""
    properties = [{"id": "unit", "value": unit}]
    if color:
        properties.append({"id": "thresholds", "value": {"mode": "absolute", "steps": color}})
    if mappings:
        properties.append({"id": "mappings", "value": mappings})
    if color or mappings:
        properties.append({"id": "custom.cellOptions", "value": {"type": "color-text"}})
    return {"title": title, "expr": expr, "properties": properties}


def labels(expr: str) -> dict:
    """No column of its own: a query for the sake of its labels."""
    return {"title": None, "expr": expr, "properties": []}


def table(
    title: str,
    key: dict,
    columns: list[dict],
    description: str,
    *,
    w: int = 24,
    h: int = 8,
    alerts: tuple = (),
) -> dict:
    """A row for each value of the label `key["name"]`; each column is a query that has this label, or one of `also`."""
    targets = [_target(one["expr"], instant=True, form="table") for one in columns]
    panel = _panel("table", title, description, targets, (w, h), alerts)
    values = {f"Value #{one['refId']}": column for one, column in zip(panel["targets"], columns)}
    shown = [key["name"], *key.get("also", []), *values]
    panel["transformations"] = [
        {"id": "filterFieldsByName", "options": {"include": {"names": shown}}},
        {"id": "joinByField", "options": {"byField": key["name"], "mode": "outer"}},
        {
            "id": "organize",
            "options": {
                "excludeByName": {name: True for name, column in values.items() if not column["title"]},
                "indexByName": {name: index for index, name in enumerate(shown)},
                "renameByName": {
                    key["name"]: key["title"],
                    **{label: label.capitalize() for label in key.get("also", [])},
                    **{name: column["title"] for name, column in values.items() if column["title"]},
                },
            },
        },
    ]
    overrides = [_override(key["title"], key.get("properties", []))]
    overrides += [_override(column["title"], column["properties"]) for column in columns if column["title"]]
    defaults = _defaults(settings.TEXT, settings.NEUTRAL, custom={"align": "auto", "cellOptions": {"type": "auto"}})
    panel["fieldConfig"] = {"defaults": defaults, "overrides": overrides}
    panel["options"] = {
        "cellHeight": "sm",
        "showHeader": True,
        "sortBy": [{"displayName": key["title"], "desc": False}],
    }
    return panel


def _override(name: str, properties: list[dict]) -> dict:
    return {"matcher": {"id": "byName", "options": name}, "properties": properties}
