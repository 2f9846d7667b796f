/// What of a report somebody should look at.
extension ReportDocument {
    package struct Overdue: Codable, Sendable, Equatable {
        /// How the times are found.
        package var derivation: String
        /// How many tasks a success was expected of at the end of the period.
        package var watched: Int
        /// The longest time of each task that was overdue, the longest first.
        package var tasks: [Gap]
        /// Tasks that no success is expected of, or only since a while.
        package var unwatched: [Unwatched]
        /// Tasks of which items outlive their retention, as their last look found.
        package var now: [Item]

        package init(derivation: String, watched: Int, tasks: [Gap], unwatched: [Unwatched], now: [Item]) {
            self.derivation = derivation
            self.watched = watched
            self.tasks = tasks
            self.unwatched = unwatched
            self.now = now
        }
    }

    /// A time without a success.
    package struct Gap: Codable, Sendable, Equatable {
        package var task: String
        package var from: String
        package var to: String
        package var seconds: Double
        package var intervalSeconds: Double
        /// `seconds` less the interval.
        package var overdueSeconds: Double
        /// It went on at the end of the period.
        package var open: Bool
        /// It may have begun before `from`.
        package var atLeast: Bool
        /// Which alert fires for it; `nil` = it is too short for one.
        package var alert: String?

        package init(
            task: String,
            from: String,
            to: String,
            seconds: Double,
            intervalSeconds: Double,
            overdueSeconds: Double,
            open: Bool,
            atLeast: Bool,
            alert: String?
        ) {
            self.task = task
            self.from = from
            self.to = to
            self.seconds = seconds
            self.intervalSeconds = intervalSeconds
            self.overdueSeconds = overdueSeconds
            self.open = open
            self.atLeast = atLeast
            self.alert = alert
        }
    }

    package struct Unwatched: Codable, Sendable, Equatable {
        package var task: String
        package var reason: String

        package init(task: String, reason: String) {
            self.task = task
            self.reason = reason
        }
    }

    /// As `cleanup_oldest_overdue_age_seconds` shows it.
    package struct Item: Codable, Sendable, Equatable {
        package var task: String
        package var seconds: Double
        package var items: Int?

        package init(task: String, seconds: Double, items: Int?) {
            self.task = task
            self.seconds = seconds
            self.items = items
        }
    }

    /// How many runs there are, and the last of them, newest first.
    package struct Latest<Run: Codable & Sendable & Equatable>: Codable, Sendable, Equatable {
        package var total: Int
        package var runs: [Run]

        package init(total: Int, runs: [Run]) {
            self.total = total
            self.runs = runs
        }
    }

    /// A real run that failed, was partial or refused.
    package struct Failure: Codable, Sendable, Equatable {
        package var id: String
        package var task: String
        package var endedAt: String
        package var outcome: String
        package var failure: String?
        package var message: String?

        package init(id: String, task: String, endedAt: String, outcome: String, failure: String?, message: String?) {
            self.id = id
            self.task = task
            self.endedAt = endedAt
            self.outcome = outcome
            self.failure = failure
            self.message = message
        }
    }

    /// A run that began before the end of the period and has no end: what it removed is in no sum.
    package struct Begun: Codable, Sendable, Equatable {
        package var id: String
        package var task: String
        package var startedAt: String
        package var dryRun: Bool
        /// `running`, or `interrupted`: its process died.
        package var state: RunDocument.State

        package init(id: String, task: String, startedAt: String, dryRun: Bool, state: RunDocument.State) {
            self.id = id
            self.task = task
            self.startedAt = startedAt
            self.dryRun = dryRun
            self.state = state
        }
    }
}
