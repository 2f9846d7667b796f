extension Grammar {
    static let task = Grammar(
        sources + [
            .optional("remove", .section(remove), "What goes: all that is stated must hold."),
            .optional("keep", .section(keep), "What stays: any rule that holds keeps."),
            .optional("compress", .section(compress), "When a file is replaced by its gzip archive."),
            .optional("archive_to", .section(copies), "Where a file is copied before it is removed."),
            .optional("quota", .section(quota), "Over it the oldest items go, whatever their age."),
            .optional("limits", .section(limits), "A plan beyond these is refused as a whole."),
            .optional("budget", .section(budget), "What one run may do; the rest waits for the next."),
            .optional("pace", .section(pace), "How gently a run acts."),
            .optional("resource", .value(.resource), "The noun of the metric cleanup_<resource>_deleted_total."),
            .optional("enabled", .value(.flag), "false = it never runs (default true)."),
            .optional("dry_run", .value(.flag), "true = plan and report, never act (default false)."),
            .optional("optional", .value(.flag), "true = a missing connection is no failure (default false)."),
            .optional("action", .valueOr(.action, set), "delete (default); of rows also { set: … } or none."),
            .optional("owns", .list(.section(owned)), "What goes with a row or a record, before it."),
            .optional("filters", .table(.name, .section(filter)), "Conditions of manual runs on rows, by name."),
            .optional("references", .section(references), "Which answers of queries are believed, with orphan: true."),
            .optional("allow", .section(allow), "What a task on rows or objects is refused otherwise."),
            .optional("unsafe_allow_remove_all", .value(.flag), "Lets a policy keep nothing; needs a match."),
            .misplaced("set", "stands under \"action\"; write action: { set: { COLUMN: VALUE } }"),
        ],
        oneOf: OneOf(names: sources.map(\.name), help: "The source: what is cleaned.")
    )

    private static let sources: [Key] = [
        .optional("files", .section(files), "The files and directories that are candidates."),
        .optional("rows", .section(rows), "The rows of a table that are candidates."),
        .optional("keys", .section(keys), "The keys of Redis that are candidates."),
        .optional("objects", .section(objects), "The objects of a bucket that are candidates."),
        .optional("containers", .section(containers), "The containers of a Docker engine that are candidates."),
        .optional("records", .section(records), "The entries of a JSON file that are candidates."),
    ]

    static let files = Grammar([
        .required("in", .value(.name), "Name of a connection."),
        .optional("path", .value(.place), "Path from the connection's root (default: the root)."),
        .optional("match", .list(.value(.glob)), "Globs from path; without a slash they match the name at any depth."),
        .optional("exclude", .list(.value(.glob)), "Globs of what is no candidate, as in match."),
        .optional(
            "type",
            .value(.choice(TaskConfiguration.FilesSource.Kind.allCases.map(\.rawValue))),
            "What an item is (default file)."
        ),
        .optional("depth", .value(.integer(1...512)), "Exact level beneath path (default: any)."),
        .optional(
            "time",
            .value(.choice(TaskConfiguration.FilesSource.Time.allCases.map(\.rawValue))),
            "Which time ages are counted from (default mtime)."
        ),
        .optional("group_by", .value(.grouping), "directory, or n = the n-th component of the path from the root."),
    ])

    static let keys = Grammar([
        .required("in", .value(.name), "Name of a connection to Redis."),
        .optional("match", .oneOrMore(.keyGlob), "Redis' globs of key names; one must match (default: all keys)."),
        .optional(
            "type",
            .oneOrMore(.choice(TaskConfiguration.KeysSource.Kind.allCases.map(\.rawValue))),
            "What a key holds, one or more (default: anything; with time: hash)."
        ),
        .optional("time", .value(.field), "Field of a hash that ages are counted from."),
    ])

    static let limits = Grammar([
        .optional("max_items", .value(.integer(0...Int.max)), "More items to remove than this: refused."),
        .optional("max_bytes", .value(.size), "More bytes to remove than this: refused."),
        .optional("max_percent", .value(.number(0...100)), "More of the examined than this: refused."),
    ])

    static let budget = Grammar([
        .optional("items", .value(.integer(1...Int.max)), "Items of one run, oldest first."),
        .optional("bytes", .value(.size), "Bytes of one run, oldest first."),
        .optional("duration", .value(.length(atLeast: 1)), "Wall time of one run."),
    ])

    static let pace = Grammar([
        .optional("batch", .value(.integer(1...1_000_000)), "Items between two pauses; rows of a batch, at most."),
        .optional("pause", .value(.length()), "Waited between two batches."),
        .optional("hold_file", .value(.file), "While this file exists, nothing is deleted."),
        .optional(
            "time_goal",
            .value(.length(atLeast: 1)),
            "How long one batch of rows may take (default 100ms; 2ms and rests while others use PostgreSQL)."
        ),
        .optional("max_lag", .value(.length(atLeast: 1)), "Rows wait while a replica is further behind than this."),
        .optional("max_load", .value(.number(0.01...1_000_000)), "Rows wait while more sessions of others are active."),
        .optional("health", .section(health), "Rows wait while this query does not answer with true."),
    ])

    static let health = Grammar([
        .required("in", .value(.name), "Name of a connection to PostgreSQL or SQLite."),
        .required("query", .value(.query), "SQL that answers with one value."),
    ])
}

extension Kind {
    static let action = choice(["delete", "none"])

    /// `directory`, or the number of a path component.
    static let grouping = Kind(
        noun: "\"directory\" or a whole number from 1",
        forms: [.integer, .text],
        schema: ["anyOf": [["enum": ["directory"]], ["type": "integer", "minimum": 1, "maximum": 512]]]
    ) { text throws(KindError) in
        if text == "directory" { return .text(text) }
        guard WrittenValue.isInteger(text), let component = Int(text), (1...512).contains(component) else {
            throw KindError("must be \"directory\" or the number of a path component, from 1 to 512")
        }
        return .integer(component)
    }
}
