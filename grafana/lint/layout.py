"""Rules about places: 24 columns, nothing on top of anything, no holes."""

from collections.abc import Iterator

from . import walk

COLUMNS = 24


def cells(panel: dict) -> set[tuple[int, int]]:
    place = panel["gridPos"]
    return {
        (x, y) for x in range(place["x"], place["x"] + place["w"]) for y in range(place["y"], place["y"] + place["h"])
    }


def panel_place(dashboard: dict) -> Iterator[str]:
    taken = {}
    for panel in dashboard["panels"]:
        place = panel["gridPos"]
        if place["x"] < 0 or place["x"] + place["w"] > COLUMNS:
            yield f"panel-place: {panel['title']!r} is wider than the {COLUMNS} columns"
        for cell in cells(panel):
            if cell in taken:
                yield f"panel-place: {panel['title']!r} lies on {taken[cell]!r}"
                break
            taken[cell] = panel["title"]
    for y in sorted({y for _, y in taken}):
        covered = sum((x, y) in taken for x in range(COLUMNS))
        if covered != COLUMNS:
            yield f"panel-place: line {y} has a hole of {COLUMNS - covered} columns"


def panel_size(dashboard: dict) -> Iterator[str]:
    for panel in dashboard["panels"]:
        place = panel["gridPos"]
        if panel["type"] == "row":
            fits = (place["w"], place["h"]) == (COLUMNS, 1)
        elif panel["type"] == "stat":
            fits = 3 <= place["w"] <= 6 and 3 <= place["h"] <= 5
        else:
            fits = place["w"] >= 6 and 6 <= place["h"] <= 12
        if not fits:
            yield f"panel-size: {panel['title']!r} of {place['w']} x {place['h']} cannot be read, or wastes room"


def panel_ids(dashboard: dict) -> Iterator[str]:
    ids = [panel["id"] for panel in [*dashboard["panels"], *walk.panels(dashboard)] if panel["type"] == "row"]
    ids += [panel["id"] for panel in walk.panels(dashboard)]
    for number in sorted({number for number in ids if ids.count(number) > 1}):
        yield f"panel-ids: {number} is the id of several panels"


RULES = [panel_place, panel_size, panel_ids]
