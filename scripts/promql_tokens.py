"""Splits PromQL into tokens, for the checks of our rules: enough to tell durations, numbers and names apart."""

import re
from typing import NamedTuple

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
