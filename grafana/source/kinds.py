"""Kinds of lines over time that many panels draw: each says once what its unit is and how it looks."""

from . import settings
from .panels import timeseries


def rates(title: str, queries: dict[str, str], description: str, **more) -> dict:
    """How often something happens."""
    return timeseries(title, queries, description, unit=settings.PER_SECOND, **more)


def requests(title: str, queries: dict[str, str], description: str, **more) -> dict:
    """How often somebody is asked."""
    return timeseries(title, queries, description, unit=settings.REQUESTS_PER_SECOND, **more)


def durations(title: str, queries: dict[str, str], description: str, **more) -> dict:
    """How long something takes that is seldom there."""
    return timeseries(title, queries, description, unit=settings.SECONDS, points=True, **more)


def levels(title: str, queries: dict[str, str], description: str, **more) -> dict:
    """How many there are, which jumps and then stays."""
    return timeseries(title, queries, description, unit=settings.COUNT, steps=True, **more)


def flags(title: str, queries: dict[str, str], description: str, **more) -> dict:
    """1 while something is so, and otherwise 0."""
    return levels(title, queries, description, top=1, **more)
