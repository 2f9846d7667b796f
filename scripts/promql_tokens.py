"""Splits PromQL into tokens, for the checks of our rules: enough to tell durations, numbers and names apart."""

import re
from typing import Iterator, NamedTuple

_TOKEN = re.compile(
    r"""(?P<space>\s+)
    | (?P<string>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`[^`]*`)
    | (?P<duration>(?:\d+(?:ms|[smhdw]))+(?![A-Za-z0-9_]))
    | (?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?![A-Za-z0-9_]))
    | (?P<name>[A-Za-z_:][A-Za-z0-9_:]*)
    | (?P<sign>==|!=|=~|!~|>=|<=|[-+*/%^(){}\[\],=<>@:])""",
    re.VERBOSE,
)
_MILLISECONDS = {"ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000}
# What is followed by a list of labels in parentheses.
_LABEL_LISTS = {"by", "without", "on", "ignoring", "group_left", "group_right"}
_WORDS = _LABEL_LISTS | {"and", "or", "unless", "offset", "bool", "inf", "nan"}


class Token(NamedTuple):
    """A piece of an expression; kind is space, string, duration, number, name or sign."""

    kind: str
    text: str


def tokens(expression: str) -> list[Token]:
    """All tokens, spaces included: their texts together are the expression. Raises ValueError at what is none."""
    found, position = [], 0
    while position < len(expression):
        match = _TOKEN.match(expression, position)
        if match is None:
            raise ValueError(f"cannot read {expression[position:position + 20]!r} in {expression!r}")
        found.append(Token(match.lastgroup, match.group()))
        position = match.end()
    return found


def milliseconds(duration: str) -> int:
    """The length of a duration such as 1h30m or 250ms. Raises ValueError at anything else."""
    if not re.fullmatch(r"(?:\d+(?:ms|[smhdw]))+", duration):
        raise ValueError(f"{duration!r} is no duration")
    return sum(int(n) * _MILLISECONDS[unit] for n, unit in re.findall(r"(\d+)(ms|[smhdwy])", duration))


def metric_names(expression: str) -> Iterator[str]:
    """The metrics that an expression selects: names that are neither words, functions nor labels."""
    meaningful = [token for token in tokens(expression) if token.kind != "space"]
    in_labels, closing = False, ""
    for index, token in enumerate(meaningful):
        following = meaningful[index + 1].text if index + 1 < len(meaningful) else ""
        if in_labels:
            in_labels = token.text != closing
        elif token.text == "{":
            in_labels, closing = True, "}"
        elif token.text == "(" and index and meaningful[index - 1].text in _LABEL_LISTS:
            in_labels, closing = True, ")"
        elif token.kind == "name" and token.text.lower() not in _WORDS and following != "(":
            # `sum by (task) (x)`: the aggregation is followed by its labels.
            if following not in ("by", "without"):
                yield token.text
