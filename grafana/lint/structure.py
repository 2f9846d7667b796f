"""Whether Grafana would understand the JSON: types and names of all fields, by the models of PyPI's grafana-schema."""

import dataclasses
import functools
from collections.abc import Iterator

import pydantic
from grafana_schema import models

# The models know neither heat maps nor what the Prometheus plugin keeps in variables and annotations.
PLUGIN_VARIABLE = {"definition"}
PLUGIN_ANNOTATION = {"expr", "step", "titleFormat", "textFormat", "tagKeys", "useValueForTime"}
HEATMAP_OPTIONS = {
    "calculate",
    "cellGap",
    "cellValues",
    "color",
    "filterValues",
    "legend",
    "rowsFrame",
    "tooltip",
    "yAxis",
}
PANELS = {
    "bargauge": models.BarGauge,
    "row": models.RowPanel,
    "stat": models.Stat,
    "table": models.Table,
    "timeseries": models.TimeSeries,
    "heatmap": models.TimeSeries,
}
# Maps with keys of our own.
MAPS = {models.RecordStringUnknown, models.RecordStringValueMappingResult}


def panel_structure(dashboard: dict) -> Iterator[str]:
    """Findings about fields that do not exist or are of the wrong type."""
    frame = {key: value for key, value in dashboard.items() if key not in ("panels", "templating", "annotations")}
    yield from _invalid(models.Dashboard, frame, "dashboard")
    for one in dashboard["templating"]["list"]:
        yield from _invalid(models.VariableModel, _without(one, PLUGIN_VARIABLE), f"variable {one['name']!r}")
    for one in dashboard["annotations"]["list"]:
        yield from _invalid(
            models.AnnotationQueryDataQuery, _without(one, PLUGIN_ANNOTATION), f"annotation {one['name']!r}"
        )
    for panel in dashboard["panels"]:
        place = f"panel {panel.get('title')!r}"
        if panel["type"] not in PANELS:
            yield f"structure: {place}: panels of the type {panel['type']!r} are not among those that we check"
            continue
        if panel["type"] == "heatmap":
            for name in sorted(set(panel["options"]) - HEATMAP_OPTIONS):
                yield f"structure: {place}: options.{name} does not exist"
            panel = _without(panel, {"options"})
        yield from _invalid(PANELS[panel["type"]], panel, place)


def _without(value: dict, keys: set[str]) -> dict:
    return {key: one for key, one in value.items() if key not in keys}


def _invalid(model: type, value: dict, place: str) -> Iterator[str]:
    try:
        _adapter(model).validate_python(_without_nulls(value))
    except pydantic.ValidationError as error:
        for one in error.errors():
            where = ".".join(str(part) for part in one["loc"])
            yield f"structure: {place}: {where}: {one['msg']}"


def _without_nulls(value):
    if isinstance(value, dict):
        return {key: _without_nulls(one) for key, one in value.items() if one is not None}
    return [_without_nulls(one) for one in value] if isinstance(value, list) else value


@functools.cache
def _adapter(model: type) -> pydantic.TypeAdapter:
    _strict()
    return pydantic.TypeAdapter(model)


@functools.cache
def _strict() -> None:
    """Makes the models refuse fields that they do not have; as they come they ignore them."""
    for model in vars(models).values():
        if isinstance(model, type) and dataclasses.is_dataclass(model):
            model.__pydantic_config__ = pydantic.ConfigDict(
                extra="ignore" if model in MAPS else "forbid",
                alias_generator=lambda name: name.rstrip("_"),  # `from_` stands for a word of Python.
            )
