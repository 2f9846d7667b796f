/// What a run of one task came to: the summary of the command line, with who and when.
package struct RunDocument: Codable, Sendable, Equatable {
    package enum State: String, Codable, Sendable {
        /// Also of a run on another machine without an end, of which only that machine can tell more.
        case running
        case ended
        /// Its process died, and recovery has not closed it yet.
        case interrupted
        /// A plan that waits to be applied: nothing has been done.
        case sealed
    }

    package var id: String
    package var task: String
    package var state: State
    /// The call from outside that asked for it (`GET /api/cleanup/runs/{id}` knows that one, too).
    package var request: String?
    package var cycle: String?
    package var trigger: String
    package var requestedBy: String?
    /// The sealed plan that it carries out, or is of.
    package var plan: String?
    package var dryRun: Bool
    /// Of a plan that waits: when it was made.
    package var startedAt: String
    package var endedAt: String?
    /// Absent until it has ended.
    package var outcome: String?
    package var failure: String?
    package var message: String?
    package var examined: Int
    package var remove: Int
    package var compress: Int
    /// All that stays, for whatever reason.
    package var keep: Int
    package var deleted: Int
    package var compressed: Int
    package var updated: Int
    package var inUse: Int
    package var gone: Int
    package var changed: Int
    package var failed: Int
    /// Transactions that removed or set rows, so far; 0 of items. Absent once they are forgotten with the run's items.
    package var batches: Int?
    /// Of a dry run what would go, of a real one what was given back.
    package var bytes: Int64
    package var durationSeconds: Double
    /// Its items have been forgotten because of their age.
    package var itemsPruned: Bool

    package init(id: String, task: String, state: State, trigger: String, dryRun: Bool, startedAt: String) {
        self.id = id
        self.task = task
        self.state = state
        self.trigger = trigger
        self.dryRun = dryRun
        self.startedAt = startedAt
        (examined, remove, compress, keep) = (0, 0, 0, 0)
        (deleted, compressed, updated, inUse, gone, changed, failed) = (0, 0, 0, 0, 0, 0, 0)
        (bytes, durationSeconds, itemsPruned) = (0, 0, false)
    }
}

/// `GET /api/cleanup/runs`: newest first.
package struct RunsDocument: Codable, Sendable, Equatable {
    package var runs: [RunDocument]
    /// `before` of the next page; absent = that was the last one.
    package var next: String?

    package init(runs: [RunDocument], next: String?) {
        self.runs = runs
        self.next = next
    }
}

/// `GET /api/cleanup/runs/{id}`, and the answer to `?wait=true`: all runs of one request, or one run alone.
package struct RunResultDocument: Codable, Sendable, Equatable {
    package var id: String
    package var state: RunDocument.State
    /// The worst of its tasks; absent until all have ended.
    package var outcome: String?
    package var dryRun: Bool
    package var requestedBy: String?
    package var startedAt: String
    /// Why a task did not even begin, for a person.
    package var message: String?
    /// By name.
    package var tasks: [String: RunDocument]

    package init(
        id: String,
        state: RunDocument.State,
        outcome: String?,
        dryRun: Bool,
        requestedBy: String?,
        startedAt: String,
        message: String? = nil,
        tasks: [String: RunDocument]
    ) {
        self.id = id
        self.state = state
        self.outcome = outcome
        self.dryRun = dryRun
        self.requestedBy = requestedBy
        self.startedAt = startedAt
        self.message = message
        self.tasks = tasks
    }
}

/// How far a run is that goes on at the moment.
package struct ProgressDocument: Codable, Sendable, Equatable {
    package var id: String
    package var task: String
    package var request: String?
    package var dryRun: Bool
    package var startedAt: String
    /// Items judged so far, and of them what is to go.
    package var examined: Int
    package var planned: Int
    package var plannedBytes: Int64
    /// Items tried so far.
    package var done: Int
    package var deleted: Int
    package var failed: Int
    package var bytes: Int64

    package init(
        id: String,
        task: String,
        request: String?,
        dryRun: Bool,
        startedAt: String,
        examined: Int,
        planned: Int,
        plannedBytes: Int64,
        done: Int,
        deleted: Int,
        failed: Int,
        bytes: Int64
    ) {
        self.id = id
        self.task = task
        self.request = request
        self.dryRun = dryRun
        self.startedAt = startedAt
        self.examined = examined
        self.planned = planned
        self.plannedBytes = plannedBytes
        self.done = done
        self.deleted = deleted
        self.failed = failed
        self.bytes = bytes
    }
}
