"""Panels of the overview about replicas that share their work: who leads, and the queue and locks between them."""

from . import settings
from .panels import bargauge, incidents, target, timeseries
from .queries import Service
from .service import BY_INSTANCE


def leadership() -> list[dict]:
    return [
        timeseries(
            "Scheduler's leader",
            [target(Service.leader, BY_INSTANCE)],
            "1 on the replica that schedules. Good: one line at 1, all others at 0; with `coordination: local` each "
            "host is its own leader, and should be looked at alone.",
            unit=settings.COUNT,
            w=12,
            h=7,
            steps=True,
            stacked=True,
            alerts=("CleanupNoLeader", "CleanupSplitBrain"),
        ),
        timeseries(
            "Epoch of the leader",
            [target(Service.epoch, "epoch")],
            "Rises by one at each change of leader. Good: flat but for restarts.",
            unit=settings.COUNT,
            w=6,
            h=7,
            steps=True,
            alerts=("CleanupLeaderFlapping",),
        ),
        bargauge(
            "Changes of leader",
            [target(Service.transitions, BY_INSTANCE)],
            "How often a replica became the leader in the chosen time. Good: 0, or as often as one was restarted.",
            unit=settings.COUNT,
            thresholds=settings.NEUTRAL,
            w=6,
            h=7,
            alerts=("CleanupLeaderFlapping",),
        ),
    ]


def queue() -> list[dict]:
    return [
        timeseries(
            "Jobs in the queue, by state",
            [target(Service.queue_depth, "{{queue}}: {{state}}")],
            "A job is one firing of a cycle. Good: few that are waiting or active, none dead. Delayed ones failed "
            "and are tried again; dead ones were given up, and stay until they are removed.",
            unit=settings.COUNT,
            steps=True,
            stacked=True,
            alerts=("CleanupQueueDeadJobs", "CleanupQueueStuck"),
        ),
        timeseries(
            "Age of the first job in line",
            [target(Service.queue_age, "{{queue}}")],
            "Good: 0, or seconds. Rising: no replica takes jobs, or each has its hands full. No line: nobody can "
            "read the queue.",
            unit=settings.SECONDS,
            thresholds=settings.QUEUE,
            w=6,
            alerts=("CleanupQueueStuck",),
        ),
        timeseries(
            "Wait of jobs until their start",
            [target(Service.queue_wait_p50, "{{queue}} p50"), target(Service.queue_wait_p95, "{{queue}} p95")],
            "Only while jobs begin. Good: a second or two. More: too few replicas for what is due at the same time.",
            unit=settings.SECONDS,
            w=6,
            points=True,
            alerts=("CleanupQueueStuck",),
        ),
        timeseries(
            "Jobs, by what became of them",
            [
                target(Service.jobs_enqueued, "{{queue}} enqueued"),
                target(Service.jobs_completed, "{{queue}} completed"),
                target(Service.job_failures, "{{queue}} failed attempts"),
            ],
            "Per second. Good: as many completed as enqueued, and no failed attempts. An attempt fails if a task of "
            "the cycle does.",
            unit=settings.PER_SECOND,
            alerts=("CleanupQueueDeadJobs", "CleanupCycleFailed"),
        ),
        incidents(
            "Jobs taken back from silent workers",
            [target(Service.jobs_stalled, BY_INSTANCE)],
            "A worker that ends in order gives its jobs back; these were killed, halted, or cut off.",
            by=", by the replica that took them back",
            w=12,
            alerts=("CleanupJobsStalling",),
        ),
    ]


def locks() -> list[dict]:
    return [
        timeseries(
            "Locks: 99th percentile of a try",
            [target(Service.lock_wait, "{{lock}}")],
            "Time to the answer, or to giving up; that another replica holds the lock is an answer. Good: "
            "milliseconds. Seconds: Redis (or the database of the state) or the network is slow.",
            unit=settings.SECONDS,
            thresholds=settings.LOCK,
            w=6,
            alerts=("CleanupLockSlow",),
        ),
        timeseries(
            "Locks: tries that failed",
            [target(Service.lock_failures, "{{lock}} {{reason}}")],
            "Per second, without those that met another holder, which is no fault. Good: 0. While it lasts, nobody "
            "acts who needs the lock.",
            unit=settings.PER_SECOND,
            w=6,
            alerts=("CleanupNoLeader",),
        ),
        incidents(
            "Locks lost while held",
            [target(Service.lock_losses, "{{lock}}")],
            "What ran under such a lock was ended, and is done again.",
            w=6,
            alerts=("CleanupLeaderFlapping", "CleanupJobsStalling"),
        ),
        incidents(
            "Former holders refused",
            [target(Service.fenced, "{{connection}}")],
            "The fence held; find out what halted the replica.",
            by=", by the store that refused them",
            w=6,
            alerts=("CleanupStaleLeaderFenced",),
        ),
    ]
