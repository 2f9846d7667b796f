"""The PromQL of the dashboards, apart from how it looks.

Counters belong to a process: they are rated or increased first and summed then. Gauges about tasks are the same on all
replicas: `max by (task)`. Every selector holds the variables job and instance.
"""

from dataclasses import dataclass

TARGET = 'job=~"$job", instance=~"$instance"'
RATE = "[$__rate_interval]"
RANGE = "[$__range]"
# As the alert looks at them: longer than a day, so that a daily run stays in sight.
LONG = "[26h]"


def select(name: str, *matchers: str) -> str:
    """The series of `name` of the chosen targets."""
    return f"{name}{{{', '.join([TARGET, *matchers])}}}"


def rate(by: str, series: str) -> str:
    return f"sum by ({by}) (rate({series}{RATE}))"


def quantile(share: float, by: str, series: str) -> str:
    return f"histogram_quantile({share}, sum by (le, {by}) (rate({series}{RATE})))"


def heat(series: str) -> str:
    """Observations by bucket; each point counts those of its own moment, so nothing is divided by time."""
    return f"sum by (le) (increase({series}{RATE}))"


# `up` and `process_*` are of every target that Prometheus has; only those of cleanupd count. The first also while one is
# down.
OF_OUR_JOBS = f" and on (job) last_over_time({select('cleanup_build_info')}[1d])"
OF_OURS = f" and on (job, instance) {select('cleanup_build_info')}"


class Service:
    """Queries that are not about tasks."""

    up = f"({select('up')}{OF_OUR_JOBS})"
    leaders = f"sum({select('cleanup_leader')})"
    leader = select("cleanup_leader")
    epoch = f"max({select('cleanup_leader_epoch')})"
    transitions = f"sum by (instance) (increase({select('cleanup_leader_transitions_total')}{RANGE}))"

    # All replicas export these alike; one that cannot read the queue, or stands by, has the age NaN and an old depth.
    queue_age = f"max by (queue) ({select('cleanup_queue_oldest_job_age_seconds')})"
    queue_depth = (
        f"max by (queue, state) ({select('cleanup_queue_depth')} and on (job, instance, queue) "
        f"{select('cleanup_queue_oldest_job_age_seconds')} >= 0)"
    )
    queue_wait_p50 = quantile(0.5, "queue", select("cleanup_queue_wait_duration_seconds_bucket"))
    queue_wait_p95 = quantile(0.95, "queue", select("cleanup_queue_wait_duration_seconds_bucket"))
    jobs_enqueued = rate("queue", select("cleanup_queue_jobs_enqueued_total"))
    jobs_completed = rate("queue", select("cleanup_queue_jobs_completed_total"))
    job_failures = rate("queue", select("cleanup_queue_job_failures_total"))
    jobs_stalled = f"sum by (instance) (increase({select('cleanup_queue_jobs_stalled_total')}{RANGE}))"

    lock_wait = quantile(0.99, "lock", select("cleanup_lock_acquisition_duration_seconds_bucket"))
    # That another replica holds a lock is the answer that those who follow get all the time.
    lock_failures = rate("lock, reason", select("cleanup_lock_acquisition_failures_total", 'reason!="held"'))
    lock_losses = f"sum by (lock) (increase({select('cleanup_lock_losses_total')}{RANGE}))"
    fenced = f"sum by (connection) (increase({select('cleanup_stale_epoch_rejections_total')}{RANGE}))"

    calls = rate("connection, operation", select("cleanup_backend_requests_total"))
    call_failures = rate("connection, reason", select("cleanup_backend_request_failures_total"))
    call_p95 = quantile(0.95, "connection, operation", select("cleanup_backend_request_duration_seconds_bucket"))
    call_retries = rate("connection, operation", select("cleanup_retries_total"))
    # Each replica has its own view of a server: the worst counts.
    circuit_open = f"max by (connection) ({select('cleanup_backend_circuit_open')})"
    conditional_deletes = f"min by (connection) ({select('cleanup_object_conditional_deletes')})"
    clock_offset = select("cleanup_clock_offset_seconds")

    targets_up = f"sum({up}) / count({up})"
    reloaded = f"min({select('cleanup_config_last_reload_successful')})"
    reload_time = f"1000 * max by (instance) ({select('cleanup_config_last_reload_success_timestamp_seconds')})"

    last_run = f"1000 * max({select('cleanup_last_run_timestamp')})"
    last_run_duration = f"max({select('cleanup_last_run_duration_seconds')})"
    cycles = f"sum by (cycle) (increase({select('cleanup_cycles_total')}{RANGE}))"
    cycle_failures = f"sum by (cycle) (increase({select('cleanup_cycle_failures_total')}{RANGE}))"
    notifications = f"sum by (cycle) (increase({select('cleanup_notifications_total')}{RANGE}))"
    notification_failures = (
        f"sum by (cycle, reason) (increase({select('cleanup_notification_failures_total')}{RANGE}))"
    )
    # Those that had to begin though it was not known to be quiet.
    _late = select("cleanup_cycle_quiet_waits_total", 'result=~"late|unknown"')
    cycles_late = f"sum by (cycle) (increase({_late}{RANGE}))"
    cycle_heat = heat(select("cleanup_cycle_duration_seconds_bucket"))

    # Each resource has a counter of its own name. `rate` and `increase` drop names, so that the name becomes a label
    # first; that needs a subquery. The counter of all items is no resource's.
    deleted_by_resource = (
        "sum by (resource) (increase(label_replace("
        f'{{__name__=~"cleanup_.+_deleted_total", __name__!="cleanup_items_deleted_total", {TARGET}}}'
        ', "resource", "$1", "__name__", "cleanup_(.+)_deleted_total")[$__range:1m]))'
    )

    requests = rate("route, code", select("cleanup_http_requests_total"))
    request_p95 = quantile(0.95, "route", select("cleanup_http_request_duration_seconds_bucket"))
    auth_failures = rate("reason", select("cleanup_http_auth_failures_total"))
    rate_limited = rate("route", select("cleanup_http_rate_limited_total"))

    cpu = f"sum by (instance) (rate({select('process_cpu_seconds_total')}{RATE}){OF_OURS})"
    memory = f"{select('process_resident_memory_bytes')}{OF_OURS}"
    descriptors = f"{select('process_open_fds')} / {select('process_max_fds')}{OF_OURS}"
    started = f"1000 * max by (instance) ({select('process_start_time_seconds')}{OF_OURS})"
    version = f"max by (instance, version, revision) ({select('cleanup_build_info')})"
    up_by_instance = f"max by (instance) ({up})"
    # The parts of the containment by the kernel; all or not.
    contained = f"min by (instance) ({select('cleanup_containment')})"

    ledger_records = rate("instance", select("cleanup_ledger_records_total"))
    ledger_failures = f"sum by (instance) (increase({select('cleanup_ledger_write_failures_total')}{RANGE}))"

    gather = select("cleanup_metrics_gather_duration_seconds")
    scrape = f"{select('scrape_duration_seconds')}{OF_OURS}"
    gather_errors = f"sum by (instance, cause) (increase({select('cleanup_metrics_gather_errors_total')}{RANGE}))"
    dropped_series = f"sum by (instance) (increase({select('cleanup_metrics_dropped_series_total')}{RANGE}))"
    dropped_values = f"sum by (instance) (increase({select('cleanup_metrics_dropped_values_total')}{RANGE}))"


@dataclass(frozen=True)
class Tasks:
    """Queries about the tasks that `matcher` chooses."""

    matcher: str

    def select(self, name: str, *matchers: str) -> str:
        return select(name, self.matcher, *matchers)

    def shared(self, name: str) -> str:
        """A gauge that all replicas export alike."""
        return f"max by (task) ({self.select(name)})"

    def moment(self, name: str) -> str:
        """A gauge of Unix time, in the milliseconds of Grafana's date units."""
        return f"1000 * {self.shared(name)}"

    def rate(self, name: str, by: str = "task") -> str:
        return rate(by, self.select(name))

    def total(self, name: str, by: str = "task") -> str:
        """What a counter rose by in the chosen time."""
        return f"sum by ({by}) (increase({self.select(name)}{RANGE}))"

    def sum(self, name: str) -> str:
        return f"sum(increase({self.select(name)}{RANGE}))"

    # In time?
    @property
    def acting(self) -> str:
        """Selects tasks that are due and not in dry run: others are late on purpose."""
        return f" and ({self.shared('cleanup_task_enabled')} > {self.shared('cleanup_task_dry_run')})"

    @property
    def allowed_age(self) -> str:
        """How old the last success may be: two full cycles."""
        interval = self.shared("cleanup_task_schedule_interval_seconds")
        return f"2 * ({interval} + {self.shared('cleanup_task_timeout_seconds')})"

    @property
    def success_age(self) -> str:
        """Since the last success or, if later, since the task is due as it is."""
        success = self.select("cleanup_task_last_success_timestamp_seconds")
        first = self.select("cleanup_task_first_scheduled_timestamp_seconds")
        return f"time() - max by (task) ({first} > {success} or {success})"

    @property
    def lateness(self) -> str:
        return f"(({self.success_age}) / ({self.allowed_age})){self.acting}"

    @property
    def late(self) -> str:
        return f"sum(({self.lateness}) > bool 1)"

    @property
    def overdue_age(self) -> str:
        return self.shared("cleanup_oldest_overdue_age_seconds")

    @property
    def overdue_limit(self) -> str:
        return f"3 * {self.shared('cleanup_task_schedule_interval_seconds')}"

    @property
    def overdue_share(self) -> str:
        return f"({self.overdue_age} / ({self.overdue_limit})){self.acting}"

    @property
    def overdue(self) -> str:
        return f"sum(({self.overdue_share}) > bool 1)"

    @property
    def state(self) -> str:
        """0 disabled, 1 acts, 2 dry run."""
        return f"{self.shared('cleanup_task_enabled')} * (1 + {self.shared('cleanup_task_dry_run')})"

    @property
    def held_guards(self) -> str:
        """Refusals that no success followed, and those of looks at a quota that no better look followed."""
        trips = f"max by (task, guard) ({self.select('cleanup_guard_last_trip_timestamp_seconds')})"
        looks = f"max by (task, guard) ({self.select('cleanup_quota_last_trip_timestamp_seconds')})"
        success = self.shared("cleanup_task_last_success_timestamp_seconds")
        return f"sum(({looks} > 0) >= bool 0 or {trips} > bool on (task) group_left {success})"

    @property
    def failure_share(self) -> str:
        """Of the attempts of 26 hours; 0 without any."""
        failures = f"sum by (task) (increase({self.select('cleanup_item_failures_total')}{LONG}))"
        attempts = f"sum by (task) (increase({self.select('cleanup_item_attempts_total')}{LONG}))"
        return f"{failures} / clamp_min({attempts}, 1)"

    # How long?
    @property
    def duration_heat(self) -> str:
        return heat(self.select("cleanup_task_duration_seconds_bucket"))

    def batch(self, share: float) -> str:
        return quantile(share, "task", self.select("cleanup_db_batch_duration_seconds_bucket"))

    def batch_rows(self, share: float) -> str:
        return quantile(share, "task", self.select("cleanup_db_batch_rows_bucket"))

    # Storage.
    @property
    def storage_share(self) -> str:
        used = self.select("cleanup_storage_used_bytes")
        return f"max by (task) ({used} / {self.select('cleanup_storage_limit_bytes')})"

    # Runs, as moments in milliseconds.
    @property
    def completions(self) -> str:
        return f"{self.moment('cleanup_task_last_completion_timestamp_seconds')} > 0"

    @property
    def failed_completions(self) -> str:
        success = self.moment("cleanup_task_last_success_timestamp_seconds")
        return f"{self.moment('cleanup_task_last_completion_timestamp_seconds')} > {success}"
