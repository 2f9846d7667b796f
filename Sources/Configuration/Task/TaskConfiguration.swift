package import Retention

/// One task of the file: where it looks, what goes, what stays.
package struct TaskConfiguration: Sendable, Equatable {
    package var name: String
    /// Names the metric `cleanup_<resource>_deleted_total`.
    package var resource: String
    package var enabled: Bool
    package var dryRun: Bool
    package var optional: Bool
    /// Name of a connection of the same configuration, of a kind that fits the source.
    package var connection: String
    package var source: Source
    /// Passes `Judge.validate`, but for what `removal` adds to it; `zone` is that of the cycle. `remove` is `nil` exactly
    /// where the file has none; its `olderThan` is the default where a setting says the age.
    package var policy: Policy
    /// Conditions of `remove` beside those of the policy; they must hold, too.
    package var removal: Removal
    /// What these queries name stays.
    package var referencedBy: [QueryReference]
    /// What these keys name stays, too.
    package var referencedByKeys: [KeysReference]
    /// What these fields name stays, too; not of rows.
    package var referencedByFields: [FieldReference]
    /// A container with one of these labels stays; the value `*` = any.
    package var keepLabels: [String: String]
    /// An object with one of these tags stays; the value `*` = any.
    package var keepTags: [String: String]
    /// Which answers of `referencedBy` and of `orphanOf` are believed, with `orphan`.
    package var references: ReferenceRules
    package var action: Action
    /// What goes with a row or a record, before it; rows and records only.
    package var owns: [Owned]
    /// Conditions of manual runs, in the order of the file; rows only.
    package var filters: [Filter]
    package var allow: Allow
    package var limits: Limits
    /// Wall time of one run, in milliseconds; the rest waits for the next. `nil` = no budget of time.
    package var budgetDurationMilliseconds: Int64?
    package var pace: Pace
    /// What compresses files, where `policy` says that any are.
    package var compressionLibrary: CompressionLibrary
    /// Where a file is copied before it is removed; files only.
    package var archiveTo: CopySettings?
    /// What the policy's quota measures; `nil` when it has none.
    package var quota: QuotaSettings?

    /// What the candidates are.
    package enum Source: Sendable, Equatable {
        case files(FilesSource)
        case rows(RowsSource)
        case keys(KeysSource)
        case objects(ObjectsSource)
        case containers(ContainersSource)
        case records(RecordsSource)
    }

    /// The source, if it is files.
    package var files: FilesSource? {
        if case .files(let files) = source { files } else { nil }
    }

    /// The source, if it is rows.
    package var rows: RowsSource? {
        if case .rows(let rows) = source { rows } else { nil }
    }

    /// The source, if it is keys.
    package var keys: KeysSource? {
        if case .keys(let keys) = source { keys } else { nil }
    }

    /// The source, if it is objects.
    package var objects: ObjectsSource? {
        if case .objects(let objects) = source { objects } else { nil }
    }

    /// The source, if it is containers.
    package var containers: ContainersSource? {
        if case .containers(let containers) = source { containers } else { nil }
    }

    /// The source, if it is records.
    package var records: RecordsSource? {
        if case .records(let records) = source { records } else { nil }
    }

    /// It has filters and states nothing under `remove`: it never runs on a schedule, and only with a condition.
    package var isByHandOnly: Bool { !filters.isEmpty && policy.remove == nil }

    /// Objects go with its rows or records.
    package var ownsObjects: Bool {
        owns.contains { if case .objects = $0 { true } else { false } }
    }

    /// All rows that the source finds may go. Of a task that owns objects, `allow.unconditional` speaks of these alone.
    package var allowsAllRows: Bool { allow.unconditional && !ownsObjects }

    /// What a task would be refused otherwise.
    package struct Allow: Sendable, Equatable {
        /// Tables that may lose rows by `ON DELETE CASCADE` or a trigger.
        package var cascade: [String] = []
        /// Of rows that own no objects: all that the source finds may go. Of objects, also owned ones: they may go where
        /// the server cannot be told to remove only what is unchanged.
        package var unconditional = false
    }

    /// What makes gzip archives.
    package enum CompressionLibrary: String, Sendable, CaseIterable {
        case zlib, libdeflate
    }

    /// How gently a run acts.
    package struct Pace: Sendable, Equatable {
        /// Files between two pauses; rows of a batch, at most.
        package var batch: Int?
        package var pauseMilliseconds: Int64?
        /// Absolute path; while this file exists, nothing is deleted.
        package var holdFile: String?

        // Rows only.

        /// How long one batch may take; `nil` = as the engine has it.
        package var timeGoalMilliseconds: Int64?
        /// While a replica is further behind than this, the run waits.
        package var maxLagMilliseconds: Int64?
        /// While the database's load is above this, the run waits.
        package var maxLoad: Double?
        /// While this query does not answer with true, the run waits.
        package var health: QueryReference?
    }

    /// A bucket that files are copied to.
    package struct CopySettings: Sendable, Equatable {
        /// Name of a connection to a bucket.
        package var connection: String
        /// What the keys begin with; empty = the paths alone.
        package var prefix: String
    }

    /// What a quota measures, and how often between runs.
    package struct QuotaSettings: Sendable, Equatable {
        /// Name of a connection to a directory: the task's own, or that of files that its records own.
        package var connection: String
        /// From the connection's root, without leading or trailing slash; holds the task's own path.
        package var path: String
        /// `nil` = at runs only.
        package var checkEveryMilliseconds: Int64?
    }
}
