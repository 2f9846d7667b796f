"""What a dashboard consists of, and its PromQL as trees."""

import functools
import re
from collections.abc import Iterator

import promql_parser
from promql_parser import AggregateExpr, BinaryExpr, Call, MatrixSelector, ParenExpr, SubqueryExpr, UnaryExpr

DATASOURCE = "${datasource}"
# Lengths that nobody writes, so that a rule can tell in the tree what stood there.
RATE_INTERVAL, RANGE, INTERVAL = 4999, 5003, 5009
LENGTHS = {"__rate_interval": RATE_INTERVAL, "__range": RANGE, "__interval": INTERVAL}


def panels(dashboard: dict) -> list[dict]:
    """All panels that show something, those of rows included."""
    found = []
    for panel in dashboard["panels"]:
        found += panel.get("panels", []) if panel["type"] == "row" else [panel]
    return found


def expressions(dashboard: dict) -> Iterator[tuple[str, str]]:
    """Each query of a panel or annotation, after the words that name its place."""
    for panel in panels(dashboard):
        for target in panel.get("targets", []):
            yield f"{panel['title']!r} {target.get('refId')}", target.get("expr", "")
    for annotation in dashboard["annotations"]["list"]:
        yield f"annotation {annotation['name']!r}", annotation.get("expr", "")


@functools.cache
def parsed(expression: str):
    """The tree of a query; raises ValueError if it is not PromQL."""
    parts = re.split(r'("(?:\\.|[^"\\])*")', expression)
    parts[::2] = [re.sub(r"\$\{?(\w+)\}?", _length, part) for part in parts[::2]]
    return promql_parser.parse("".join(parts))


def _length(match: re.Match) -> str:
    if match.group(1) not in LENGTHS:
        raise ValueError(f"the variable ${match.group(1)} stands outside of quotes")
    return f"{LENGTHS[match.group(1)]}s"


def nodes(tree, above: tuple = ()) -> Iterator[tuple]:
    """Each node of a tree, with those above it, the nearest last."""
    yield tree, above
    for child in _children(tree):
        yield from nodes(child, (*above, tree))


def _children(node) -> list:
    match node:
        case AggregateExpr():
            return [node.expr] + ([node.param] if node.param is not None else [])
        case BinaryExpr():
            return [node.lhs, node.rhs]
        case Call():
            return list(node.args)
        case MatrixSelector():
            return [node.vector_selector]
        case ParenExpr() | UnaryExpr() | SubqueryExpr():
            return [node.expr]
    return []


def selectors(tree) -> Iterator[tuple]:
    """Each selection of series, with the nodes above it."""
    for node, above in nodes(tree):
        if isinstance(node, promql_parser.VectorSelector):
            yield node, above


def names(selector) -> list[str]:
    """The name that a selector asks for, or the regular expressions that it asks for instead."""
    if selector.name:
        return [selector.name]
    asked = (promql_parser.MatchOp.Equal, promql_parser.MatchOp.Re)
    return [one.value for one in selector.matchers.matchers if one.name == "__name__" and one.op in asked]


def series(expression: str) -> set[str]:
    """All names and regular expressions of names in a query."""
    return {name for selector, _ in selectors(parsed(expression)) for name in names(selector)}
