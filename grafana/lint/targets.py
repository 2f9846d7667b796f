"""Rules about PromQL. They hold for annotations, too."""

import re
from collections.abc import Callable, Iterator

from promql_parser import AggregateExpr, Call, MatchOp, MatrixSelector, SubqueryExpr

from . import walk

RATES = {"rate", "irate", "increase"}
COUNTER = re.compile(r"_(total|bucket|sum|count)\)?$")
# Gauges that every replica exports alike, so that a sum counts them several times.
SHARED = re.compile(r"cleanup_(task_|overdue_|oldest_overdue_|storage_|guard_last_|db_replication_|leader_epoch)")


def target_promql(dashboard: dict) -> Iterator[str]:
    for place, expression in walk.expressions(dashboard):
        try:
            walk.parsed(expression)
        except ValueError as error:
            yield f"target-promql: {place}: {error}: {expression}"


def _over_trees(check: Callable) -> Callable:
    """A rule that applies `check` to each query that is PromQL; whether it is, is a rule of its own."""

    def rule(dashboard: dict) -> Iterator[str]:
        for place, expression in walk.expressions(dashboard):
            try:
                tree = walk.parsed(expression)
            except ValueError:
                continue
            for finding in check(tree):
                yield f"{check.__name__.replace('_', '-')}: {place}: {finding}"

    return rule


def target_job_and_instance(tree) -> Iterator[str]:
    for selector, _ in walk.selectors(tree):
        matchers = {one.name: one for one in selector.matchers.matchers}
        for name in ("job", "instance"):
            one = matchers.get(name)
            if one is None or one.op != MatchOp.Re or one.value != f"${name}":
                yield f'{walk.names(selector)[0]} has no matcher {name}=~"${name}"'


def target_rate_interval(tree) -> Iterator[str]:
    """`rate` over the rate interval; `increase` over it, the range of the dashboard, or hours that are said.

    Never over $__interval: what happens between the last sample of one interval and the first of the next is lost.
    """
    for node, above in walk.nodes(tree):
        if not isinstance(node, (MatrixSelector, SubqueryExpr)):
            continue
        function = above[-1].func.name if above and isinstance(above[-1], Call) else "nothing"
        seconds = node.range.total_seconds()
        if seconds == walk.INTERVAL:
            yield f"{function} over $__interval loses what happens between two intervals"
        elif function in ("rate", "irate") and seconds != walk.RATE_INTERVAL:
            yield f"{function} is not over $__rate_interval"
        elif function == "increase" and seconds not in (walk.RATE_INTERVAL, walk.RANGE) and seconds < 3600:
            yield "increase is neither over $__rate_interval nor $__range nor hours"


def target_counter_agg(tree) -> Iterator[str]:
    for selector, above in walk.selectors(tree):
        name = walk.names(selector)[0]
        if not COUNTER.search(name):
            continue
        ranged = [index for index, node in enumerate(above) if isinstance(node, (MatrixSelector, SubqueryExpr))]
        function = above[ranged[-1] - 1] if ranged and ranged[-1] > 0 else None
        if not (isinstance(function, Call) and function.func.name in RATES):
            yield f"the counter {name} is not under rate or increase"


def target_rate_before_sum(tree) -> Iterator[str]:
    """An aggregation below `rate` hides resets."""
    for node, above in walk.nodes(tree):
        if isinstance(node, AggregateExpr) and any(isinstance(one, Call) and one.func.name in RATES for one in above):
            yield "sums before it rates, which hides resets of counters"


def target_only_counters_rated(tree) -> Iterator[str]:
    for selector, above in walk.selectors(tree):
        name = walk.names(selector)[0]
        if not COUNTER.search(name) and any(isinstance(one, Call) and one.func.name in RATES for one in above):
            yield f"{name} is no counter and is rated"


def target_shared_gauge(tree) -> Iterator[str]:
    for selector, above in walk.selectors(tree):
        name = walk.names(selector)[0]
        if COUNTER.search(name) or not SHARED.match(name):
            continue
        nearest = next((node for node in reversed(above) if isinstance(node, AggregateExpr)), None)
        if nearest is None or str(nearest.op) != "max":
            yield f"{name} is the same on all replicas and not under max"


def target_no_bucket_bound(tree) -> Iterator[str]:
    """`le` is 1 or 1.0, depending on the format of the scrape."""
    for selector, _ in walk.selectors(tree):
        if any(one.name == "le" for one in selector.matchers.matchers):
            yield f"{selector.name} is selected by le"


RULES = [
    target_promql,
    *map(
        _over_trees,
        (
            target_job_and_instance,
            target_rate_interval,
            target_counter_agg,
            target_rate_before_sum,
            target_only_counters_rated,
            target_shared_gauge,
            target_no_bucket_bound,
        ),
    ),
]
