/// What `cleanupd report --json` prints: what went in a period, as far as the history knows. All times are UTC.
package struct ReportDocument: Codable, Sendable, Equatable {
    package var from: String
    /// The period ends before this instant.
    package var to: String
    package var timezone = "UTC"
    package var createdAt: String
    /// Where the time before begins, which is as long and ends at `from`.
    package var beforeFrom: String
    /// The history reaches over all of the period.
    package var whole: Bool
    /// The same of the time before.
    package var beforeWhole: Bool
    /// What a reader must know of these figures, each a sentence.
    package var notes: [String]
    package var total: Compared
    /// Those of the configuration, and others that the history knows; most bytes first.
    package var tasks: [Task]
    /// `day` or `week`, each counted from `from`.
    package var step: String
    package var trend: [Step]
    package var overdue: Overdue
    package var failures: Latest<Failure>
    package var unfinished: Latest<Begun>

    package init(
        from: String,
        to: String,
        createdAt: String,
        beforeFrom: String,
        whole: Bool,
        beforeWhole: Bool,
        notes: [String],
        total: Compared,
        tasks: [Task],
        step: String,
        trend: [Step],
        overdue: Overdue,
        failures: Latest<Failure>,
        unfinished: Latest<Begun>
    ) {
        self.from = from
        self.to = to
        self.createdAt = createdAt
        self.beforeFrom = beforeFrom
        self.whole = whole
        self.beforeWhole = beforeWhole
        self.notes = notes
        self.total = total
        self.tasks = tasks
        self.step = step
        self.trend = trend
        self.overdue = overdue
        self.failures = failures
        self.unfinished = unfinished
    }
}

// MARK: Sums

extension ReportDocument {
    /// What runs came to. Dry runs are counted, and add nothing.
    package struct Sums: Codable, Sendable, Equatable {
        /// What went: deleted, or set where the task's action sets.
        package var items = 0
        /// What was given back.
        package var bytes: Int64 = 0
        package var deleted = 0
        package var updated = 0
        /// Files that were replaced by an archive; they are not among the items.
        package var compressed = 0
        /// Of the bytes, those of runs that compressed files as well: the history does not keep the two apart.
        package var compressingBytes: Int64 = 0
        package var failed = 0
        package var changed = 0
        package var gone = 0
        package var inUse = 0
        /// Real runs that ended, by outcome.
        package var runs: [String: Int] = [:]
        package var dryRuns = 0

        package init() {}
    }

    /// How a figure moved.
    package struct Change: Codable, Sendable, Equatable {
        /// `percent`; `new`: there was nothing before; `unknown`: the history does not reach over the time before.
        package var kind: String
        /// Rounded; of the kind `percent` only.
        package var percent: Int?

        package init(kind: String, percent: Int? = nil) {
            self.kind = kind
            self.percent = percent
        }

        /// `+12 %`, `new`, `unknown`.
        package var words: String {
            guard let percent else { return kind }
            return percent > 0 ? "+\(percent) %" : "\(percent) %"
        }
    }

    /// The period beside the time before it.
    package struct Compared: Codable, Sendable, Equatable {
        package var period: Sums
        package var before: Sums
        package var itemsChange: Change
        package var bytesChange: Change

        package init(period: Sums, before: Sums, itemsChange: Change, bytesChange: Change) {
            self.period = period
            self.before = before
            self.itemsChange = itemsChange
            self.bytesChange = bytesChange
        }
    }

    package struct Task: Codable, Sendable, Equatable {
        package var task: String
        /// It stands in the configuration.
        package var known: Bool
        package var sums: Compared
        /// The last of the period: what it would have removed or compressed.
        package var lastDryRun: DryRun?

        package init(task: String, known: Bool, sums: Compared, lastDryRun: DryRun?) {
            self.task = task
            self.known = known
            self.sums = sums
            self.lastDryRun = lastDryRun
        }
    }

    package struct DryRun: Codable, Sendable, Equatable {
        package var endedAt: String
        package var remove: Int
        package var compress: Int
        package var bytes: Int64

        package init(endedAt: String, remove: Int, compress: Int, bytes: Int64) {
            self.endedAt = endedAt
            self.remove = remove
            self.compress = compress
            self.bytes = bytes
        }
    }

    /// A day or week of the period, and as far into the time before.
    package struct Step: Codable, Sendable, Equatable {
        package var from: String
        package var to: String
        package var runs: Int
        package var items: Int
        package var bytes: Int64
        package var itemsBefore: Int
        package var bytesBefore: Int64
        /// The history reaches over the part of the time before, too.
        package var beforeWhole: Bool

        package init(
            from: String,
            to: String,
            runs: Int,
            items: Int,
            bytes: Int64,
            itemsBefore: Int,
            bytesBefore: Int64,
            beforeWhole: Bool
        ) {
            self.from = from
            self.to = to
            self.runs = runs
            self.items = items
            self.bytes = bytes
            self.itemsBefore = itemsBefore
            self.bytesBefore = bytesBefore
            self.beforeWhole = beforeWhole
        }
    }
}
