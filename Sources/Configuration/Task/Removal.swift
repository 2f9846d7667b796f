package import Retention

/// Where an age comes from.
package enum AgeSource: Sendable, Equatable {
    case fixed(Age)
    /// A setting of the task's cycle, in days; the default while nothing is set.
    case setting(name: String, default: Age)

    /// The age that the file itself says.
    package var written: Age {
        switch self {
        case .fixed(let age), .setting(_, default: let age): age
        }
    }
}

/// A query that reads, and the connection that it asks.
package struct QueryReference: Sendable, Equatable {
    /// Name of a PostgreSQL or SQLite connection of the same configuration.
    package var connection: String
    /// One statement; a semicolon may stand at its end. That of a reference or a list may name `:now`, `:cutoff` (only
    /// with `older_than`), `:grace_cutoff` and, of rows, `params`; all others have no parameters.
    package var query: String
    /// How the times are written that instants are compared with; given of SQLite where the query names any, else `nil`.
    package var timeFormat: TaskConfiguration.RowsSource.TimeFormat?
}

extension TaskConfiguration {
    /// Conditions of `remove` that a policy does not hold.
    package struct Removal: Sendable, Equatable {
        /// As it is written; the policy has the age that holds while nothing is set.
        package var olderThan: AgeSource?
        /// The time in `expires` and the grace after it have passed; rows only.
        package var expired = false
        /// Only what one of these queries names; empty = no such condition.
        package var listedBy: [QueryReference] = []
        /// Only what neither `referencedBy` nor `orphanOf` names.
        package var orphan = false
    }

    /// Which answers of reference queries are believed. Counts with `orphan` only.
    package struct ReferenceRules: Sendable, Equatable {
        /// An answer without anything is believed.
        package var allowEmpty = false
        /// An answer must have at least this share of the last good one, 0...1.
        package var minRatio = 0.5
    }
}
