"""Panels of the overview about replicas that share their work: who leads, and the queue and locks between them."""

from . import settings
from .kinds import durations, levels, rates
from .layout import across
from .panels import bargauge, incidents, timeseries
from .queries import Service
from .service import BY_INSTANCE


def leadership() -> list[dict]:
    return [
        levels(
            "Scheduler's leader",
            {BY_INSTANCE: Service.leader},
            "1 on the replica that schedules. Good: one line at 1, all others at 0; with `coordination: local` each "
            "host is its own leader, and should be looked at alone.",
            w=12,
            h=7,
            stacked=True,
            alerts=("CleanupNoLeader", "CleanupSplitBrain"),
        ),
        levels(
            "Epoch of the leader",
            {"epoch": Service.epoch},
            "Rises by one at each change of leader. Good: flat but for restarts.",
            w=6,
            h=7,
            alerts=("CleanupLeaderFlapping",),
        ),
        bargauge(
            "Changes of leader",
            {BY_INSTANCE: Service.transitions},
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
        levels(
            "Jobs in the queue, by state",
            {"{{queue}}: {{state}}": Service.queue_depth},
            "A job is one firing of a cycle. Good: few that are waiting or active, none dead. Delayed ones failed "
            "and are tried again; dead ones were given up, and stay until they are removed.",
            stacked=True,
            alerts=("CleanupQueueDeadJobs", "CleanupQueueStuck"),
        ),
        timeseries(
            "Age of the first job in line",
            {"{{queue}}": Service.queue_age},
            "Good: 0, or seconds. Rising: no replica takes jobs, or each has its hands full. No line: nobody can "
            "read the queue.",
            unit=settings.SECONDS,
            thresholds=settings.QUEUE,
            w=6,
            alerts=("CleanupQueueStuck",),
        ),
        durations(
            "Wait of jobs until their start",
            {"{{queue}} p50": Service.queue_wait_p50, "{{queue}} p95": Service.queue_wait_p95},
            "Only while jobs begin. Good: a second or two. More: too few replicas for what is due at the same time.",
            w=6,
            alerts=("CleanupQueueStuck",),
        ),
        rates(
            "Jobs, by what became of them",
            {
                "{{queue}} enqueued": Service.jobs_enqueued,
                "{{queue}} completed": Service.jobs_completed,
                "{{queue}} failed attempts": Service.job_failures,
            },
            "Per second. Good: as many completed as enqueued, and no failed attempts. An attempt fails if a task of "
            "the cycle does.",
            alerts=("CleanupQueueDeadJobs", "CleanupCycleFailed"),
        ),
        incidents(
            "Jobs taken back from silent workers",
            {BY_INSTANCE: Service.jobs_stalled},
            "A worker that ends in order gives its jobs back; these were killed, halted, or cut off.",
            by=", by the replica that took them back",
            w=12,
            alerts=("CleanupJobsStalling",),
        ),
    ]


def locks() -> list[dict]:
    return across(
        timeseries(
            "Locks: 99th percentile of a try",
            {"{{lock}}": Service.lock_wait},
            "Time to the answer, or to giving up; that another replica holds the lock is an answer. Good: "
            "milliseconds. Seconds: Redis (or the database of the state) or the network is slow.",
            unit=settings.SECONDS,
            thresholds=settings.LOCK,
            alerts=("CleanupLockSlow",),
        ),
        rates(
            "Locks: tries that failed",
            {"{{lock}} {{reason}}": Service.lock_failures},
            "Per second, without those that met another holder, which is no fault. Good: 0. While it lasts, nobody "
            "acts who needs the lock.",
            alerts=("CleanupNoLeader",),
        ),
        incidents(
            "Locks lost while held",
            {"{{lock}}": Service.lock_losses},
            "What ran under such a lock was ended, and is done again.",
            alerts=("CleanupLeaderFlapping", "CleanupJobsStalling"),
        ),
        incidents(
            "Former holders refused",
            {"{{connection}}": Service.fenced},
            "The fence held; find out what halted the replica.",
            by=", by the store that refused them",
            alerts=("CleanupStaleLeaderFenced",),
        ),
    )
