package import Retention

/// An ordered list of tasks under one schedule.
package struct Cycle: Sendable, Equatable {
    package var name: String
    /// `nil` = only at start (`atStart` then is true).
    package var schedule: Schedule?
    /// IANA name; the schedule and calendar rules of the cycle's tasks count in it.
    package var zone: String
    /// In this order; never empty.
    package var tasks: [String]
    /// Wall time that one firing may take, in milliseconds; `nil` = no limit.
    package var maxDurationMilliseconds: Int64?
    package var atStart: Bool
    package var enabled: Bool
    package var skipWhenEnv: EnvironmentCondition?
    package var window: Window?
    package var whenQuiet: WhenQuiet?
    package var retry: Retry?
    package var notify: [Notification]
    /// The users' own table that rules over this cycle.
    package var settings: SettingsTable?

    /// A variable that, having this value, switches the cycle off (`CI=true`).
    package struct EnvironmentCondition: Sendable, Equatable, CustomStringConvertible {
        package var name: String
        package var value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }

        package func holds(in environment: [String: String]) -> Bool { environment[name] == value }

        package var description: String { "\(name)=\(value)" }
    }

    /// A table in which the users of another program set what holds for the cycle.
    package struct SettingsTable: Sendable, Equatable {
        /// Name of a PostgreSQL or SQLite connection of the same configuration.
        package var connection: String
        /// `NAME` or `SCHEMA.NAME`, as written.
        package var table: String
        /// SQL without parameters that finds the row; `nil` = the only one.
        package var condition: String?
        package var columns: Columns

        /// Which column holds which setting; at least one does.
        package struct Columns: Sendable, Equatable {
            package var enabled: String?
            /// For tasks whose `older_than` is the setting `retention_days`.
            package var retentionDays: String?
            package var schedule: String?
            package var batchSize: String?
        }
    }

    /// The hours of a day in which the cycle may work, in the cycle's zone.
    package struct Window: Sendable, Equatable {
        /// Minutes since midnight, 0...1440.
        package var fromMinute: Int
        /// Minutes since midnight, 0...1440; less than `fromMinute` = on the next day. Not part of the window.
        package var toMinute: Int
    }

    /// What a firing waits for before it begins; at least one of `load` and `query` is there.
    package struct WhenQuiet: Sendable, Equatable {
        /// Load average of the last minute for each processor, at most.
        package var load: Double?
        /// Answers with true while there is little load.
        package var query: QueryReference?
        /// After the firing; then it begins, whatever the load.
        package var atLatestMilliseconds: Int64
        package var checkEveryMilliseconds: Int64
    }

    /// How often a failed run is tried again.
    package struct Retry: Sendable, Equatable {
        /// In all, the first one included.
        package var attempts: Int
        /// Before the second attempt; it doubles from then on.
        package var backoffMilliseconds: Int64
    }

    /// Whom to tell about which outcomes.
    package struct Notification: Sendable, Equatable {
        package var on: [RunOutcome]
        /// An https URL; with `allowsLocal` http is possible, too.
        package var webhook: Secret
        /// Signs what is sent; `nil` = it is not signed.
        package var secret: Secret?
        /// The receiver may be on this machine, and asked without encryption there.
        package var allowsLocal: Bool
    }
}
