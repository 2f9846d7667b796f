/// An item of a plan or run, in the words of the command line's `--json`.
package struct ItemDocument: Codable, Sendable, Equatable {
    package var task: String
    /// Path from the connection's root, key, or identity; bytes that are not UTF-8 as `\xHH`.
    package var item: String
    /// By what people know it, where that is something else: a container's name.
    package var name: String?
    /// `remove`, `compress` or `keep`.
    package var verdict: String
    package var reason: String
    package var bytes: Int64
    package var time: String
    package var group: String?
    /// Of a run: what became of it; absent = nothing is known (yet).
    package var outcome: String?
    package var detail: String?

    package init(
        task: String,
        item: String,
        name: String? = nil,
        verdict: String,
        reason: String,
        bytes: Int64,
        time: String,
        group: String? = nil,
        outcome: String? = nil,
        detail: String? = nil
    ) {
        self.task = task
        self.item = item
        self.name = name
        self.verdict = verdict
        self.reason = reason
        self.bytes = bytes
        self.time = time
        self.group = group
        self.outcome = outcome
        self.detail = detail
    }
}

/// A transaction of a run that removes rows by a predicate.
package struct BatchDocument: Codable, Sendable, Equatable {
    package var sequence: Int
    package var limit: Int
    /// Absent = its outcome is not recorded.
    package var rows: Int?
    package var startedAt: String
    package var seconds: Double

    package init(sequence: Int, limit: Int, rows: Int?, startedAt: String, seconds: Double) {
        self.sequence = sequence
        self.limit = limit
        self.rows = rows
        self.startedAt = startedAt
        self.seconds = seconds
    }
}

/// `GET /api/cleanup/runs/{id}/items`: a page of the ledger.
package struct ItemsDocument: Codable, Sendable, Equatable {
    package var items: [ItemDocument]
    package var batches: [BatchDocument]
    /// All that goes, goes because nothing refers to it; false also where the task has another policy by now.
    package var orphans: Bool
    /// `after` of the next page; absent = that was the last one.
    package var next: String?

    package init(items: [ItemDocument], batches: [BatchDocument] = [], orphans: Bool = false, next: String?) {
        self.items = items
        self.batches = batches
        self.orphans = orphans
        self.next = next
    }
}

/// `GET /api/cleanup/candidates`: what a run of the task would do now.
package struct CandidatesDocument: Codable, Sendable, Equatable {
    package var task: String
    /// When it was looked; further pages and searches are of the same look as long as it is kept.
    package var plannedAt: String
    package var outcome: String
    package var message: String?
    package var policy: String
    /// All of them go because nothing refers to them.
    package var orphans: Bool
    package var examined: Int
    package var remove: Int
    package var compress: Int
    package var keep: Int
    package var bytes: Int64
    /// Items that the search matches.
    package var matching: Int
    package var items: [ItemDocument]
    /// `after` of the next page.
    package var next: String?

    package init(
        task: String,
        plannedAt: String,
        outcome: String,
        message: String?,
        policy: String,
        orphans: Bool,
        examined: Int,
        remove: Int,
        compress: Int,
        keep: Int,
        bytes: Int64,
        matching: Int,
        items: [ItemDocument],
        next: String?
    ) {
        self.task = task
        self.plannedAt = plannedAt
        self.outcome = outcome
        self.message = message
        self.policy = policy
        self.orphans = orphans
        self.examined = examined
        self.remove = remove
        self.compress = compress
        self.keep = keep
        self.bytes = bytes
        self.matching = matching
        self.items = items
        self.next = next
    }
}
