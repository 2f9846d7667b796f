package import Retention

/// A whole configuration file as checked values: every reference in it resolves, every path is absolute.
package struct Configuration: Sendable, Equatable {
    /// Absolute path of the file that this was read from.
    package var file: String
    /// The master switch: off = plan and report, never act.
    package var enabled: Bool
    package var dryRun: Bool
    /// Waited after `expired`, in milliseconds.
    package var graceMilliseconds: Int64
    package var log: Log
    package var state: State
    package var coordination: Coordination
    package var http: HTTPConfiguration
    package var connections: [String: Connection]
    /// What may be asked by name, in the order of the file.
    package var queries: [NamedQuery]
    /// In the order of the file.
    package var cycles: [Cycle]
    /// In the order of the file.
    package var tasks: [TaskConfiguration]
    /// Doubtful, but legal; for the log and for `check`.
    package var warnings: [Problem]

    /// How and from which level on the program logs.
    package struct Log: Sendable, Equatable {
        /// The form of a log line.
        package enum Format: String, Sendable, CaseIterable {
            case text
            case json
        }

        /// trace, debug, info, notice, warning, error or critical.
        package var level: String = "info"
        package var format: Format = .text
    }

    /// Where history and ledger are kept, and how long.
    package struct State: Sendable, Equatable {
        /// Which store it is.
        package enum Kind: Sendable, Equatable {
            /// Absolute path of the file.
            case sqlite(path: String)
            /// The whole URL.
            case postgres(Secret)
        }

        package var kind: Kind
        package var keepRuns: Age
        package var keepItems: Age

        /// Absolute path of the SQLite file, if it is one.
        package var path: String? {
            if case .sqlite(let path) = kind { path } else { nil }
        }
    }

    /// How several replicas agree who acts.
    package struct Coordination: Sendable, Equatable {
        /// What they agree by.
        package enum Kind: Sendable, Equatable {
            /// No server of its own: one machine where the state is a file; where that is in PostgreSQL, one replica works
            /// and others stand by.
            case local
            /// The whole URL; what stands in a file has not been looked at.
            case redis(Secret)
        }

        package var kind: Kind = .local
        /// How long a lock outlives a holder that is gone: 1 second to 1 hour.
        package var lockTTLMilliseconds: Int64 = 30_000
        /// Absolute path of a file of certificates to trust; `nil` = the system's.
        package var ca: String?
        /// What the names of our own keys begin with, in whatever Redis: printable ASCII, never empty.
        package var keyPrefix: String = Self.defaultKeyPrefix

        package static let defaultKeyPrefix = "{cleanupd}:"
    }

    /// A query that `POST /api/cleanup/query` may run.
    package struct NamedQuery: Sendable, Equatable {
        package var name: String
        package var reference: QueryReference
    }

    /// A named place where data lives.
    package struct Connection: Sendable, Equatable {
        /// What kind of place it is.
        package enum Kind: Sendable, Equatable {
            /// Absolute path of the root, never `/`.
            case directory(path: String)
            /// The whole URL, `postgres://…` or `postgresql://…`; what stands in a file has not been looked at.
            case postgres(Secret)
            /// Absolute path of the file.
            case sqlite(path: String)
            /// The whole URL (what stands in a file has not been looked at), and the absolute path of a file of
            /// certificates to trust.
            case redis(Secret, ca: String?)
            case s3(S3Connection)
            case docker(DockerConnection)
            /// Absolute path of the file.
            case json(path: String)
        }

        package var kind: Kind
        /// Of a directory: globs, relative to the root; what matches is never touched, whatever a task says.
        package var protect: [String]
        /// Of a directory: absolute prefixes under which others name the root.
        package var aliases: [String]
        /// Not there = `unavailable`, not failed.
        package var optional: Bool

        /// Absolute path of the root, if it is a directory.
        package var root: String? {
            if case .directory(let path) = kind { path } else { nil }
        }
    }

    /// Its locks are leases, which can be lost: several machines may clean the same.
    package var hasLeases: Bool {
        if case .redis = coordination.kind { return true }
        if case .postgres = state.kind { return true }
        return false
    }
}
