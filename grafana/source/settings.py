"""What all panels share. A change here changes every panel."""

# Addresses. The uids are part of the alerts' `dashboard_url`.
OVERVIEW = "cleanupd-overview"
TASK = "cleanupd-task"
REPOSITORY = "https://github.com/cleanupd/cleanupd"
RUNBOOK = f"{REPOSITORY}/blob/main/docs/runbook.md"
# What a link from one dashboard to the other takes along. Links in data do not keep the time by themselves.
CHOICE = "${datasource:queryparam}&${job:queryparam}&${instance:queryparam}"
KEPT = CHOICE + "&${__url_time_range}"
# The page of one instance, in a row of the table of instances; `instance` is its host and port unless relabelled.
INSTANCE_PAGE = "http://${__data.fields.Instance}/metrics"

# Units, by Grafana's names.
SECONDS = "s"
BYTES = "bytes"
BYTES_PER_SECOND = "binBps"
PER_SECOND = "cps"
REQUESTS_PER_SECOND = "reqps"
COUNT = "short"
SHARE = "percentunit"
FROM_NOW = "dateTimeFromNow"  # Takes milliseconds.
TEXT = "string"

# Colours: one meaning each.
GOOD, NOTICE, BAD, CALM = "green", "orange", "red", "blue"
# By name, so that a task has the same colour in every panel.
SERIES_COLOR = "palette-classic-by-name"
HEAT_SCHEME = "Oranges"


def steps(*later: tuple[float, str], base: str = GOOD) -> list[dict]:
    """Thresholds: the colour `base`, then another one from each value on."""
    return [{"color": base, "value": None}, *({"color": color, "value": value} for value, color in later)]


# Thresholds.
NEUTRAL = steps(base=CALM)
NONE_IS_GOOD = steps((1, BAD))
NONE_IS_BETTER = steps((1, NOTICE))
ONE_IS_GOOD = steps((1, GOOD), (2, BAD), base=BAD)
ALL_IS_GOOD = steps((1, GOOD), base=BAD)
# Of the limit at which an alert fires.
LIMIT = steps((0.75, NOTICE), (1, BAD))
# CleanupErrorRatioHigh.
FAILURES = steps((0.01, NOTICE), (0.05, BAD))
# CleanupStorageNearQuota; a quota that works stays below 1.
QUOTA = steps((0.9, NOTICE), (1, BAD))
# CleanupDBBatchSlow; the goal of a batch is a tenth of a second.
BATCH = steps((1, NOTICE), (5, BAD))
# CleanupQueueStuck.
QUEUE = steps((600, NOTICE), (3600, BAD))
# CleanupLockSlow; Redis answers within milliseconds.
LOCK = steps((0.25, NOTICE), (1, BAD))
# CleanupClockSkew, in both directions; time servers keep clocks within milliseconds.
CLOCK = steps((-30, NOTICE), (-5, GOOD), (5, NOTICE), (30, BAD), base=BAD)
# `pace.max_lag` is a few seconds as a rule.
LAG = steps((5, NOTICE), (30, BAD))
# A run that is held back for nine tenths of its time: CleanupThrottledTooLong.
THROTTLE = steps((0.5, NOTICE), (0.9, BAD))
# The Linux kernel refuses to open more at 1.
DESCRIPTORS = steps((0.7, NOTICE), (0.9, BAD))
# Prometheus gives up after 10 s; ours promises less than 1 s.
GATHER = steps((0.5, NOTICE), (1, BAD))

# What a number stands for.
NEVER = [{"type": "value", "options": {"0": {"text": "never", "index": 0}}}]
STATE = [
    {
        "type": "value",
        "options": {
            "0": {"text": "disabled", "color": NOTICE, "index": 0},
            "1": {"text": "acts", "color": GOOD, "index": 1},
            "2": {"text": "dry run", "color": CALM, "index": 2},
        },
    }
]
YES_OR_NO = [
    {
        "type": "value",
        "options": {"0": {"text": "no", "color": BAD, "index": 0}, "1": {"text": "yes", "color": GOOD, "index": 1}},
    }
]


def runbook(alert: str) -> dict:
    """The link to what to do when `alert` fires: the heading of its name."""
    return link(f"Runbook: {alert}", f"{RUNBOOK}#{alert.lower()}")


def link(title: str, url: str) -> dict:
    return {"title": title, "type": "link", "url": url, "targetBlank": True}
