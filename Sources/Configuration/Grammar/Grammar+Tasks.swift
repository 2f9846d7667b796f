extension Grammar {
    static let task = Grammar(
        sources + [
            .optional("remove", .section(remove), "What goes: all that is stated must hold."),
            .optional("keep", .section(keep), "What stays: any rule that holds keeps."),
            .optional("compress", .section(compress), "When a file is replaced by its gzip archive."),
            .optional("quota", .section(quota), "Over it the oldest items go, whatever their age."),
            .optional("limits", .section(limits), "A plan beyond these is refused as a whole."),
            .optional("budget", .section(budget), "What one run may do; the rest waits for the next."),
            .optional("pace", .section(pace), "How gently a run acts."),
            .optional("resource", .value(.resource), "The noun of the metric cleanup_<resource>_deleted_total."),
            .optional("enabled", .value(.flag), "false = it never runs (default true)."),
            .optional("dry_run", .value(.flag), "true = plan and report, never act (default false)."),
            .optional("optional", .value(.flag), "true = a missing connection is no failure (default false)."),
            .optional("action", .valueOrPlanned(.action, "actions other than delete"), "delete (default)."),
            .optional("unsafe_allow_remove_all", .value(.flag), "Lets a policy keep nothing; needs a match."),
            .planned("references", "references to what is still needed"),
            .planned("set", "actions other than delete"),
            .planned("owns", "items that go with a row or record"),
            .planned("filters", "filters of manual runs"),
            .planned("allow", "permissions for cascades and unconditional deletes"),
        ]
    )

    private static let sources: [Key] = [
        .required("files", .section(files), "The files and directories that are candidates."),
        .planned("rows", "tasks on database rows"),
        .planned("objects", "tasks on S3 objects"),
        .planned("containers", "tasks on Docker containers"),
        .planned("keys", "tasks on Redis keys"),
        .planned("records", "tasks on JSON records"),
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
        .optional("batch", .value(.integer(1...1_000_000)), "Items between two pauses."),
        .optional("pause", .value(.length()), "Waited between two batches."),
        .optional("hold_file", .value(.file), "While this file exists, nothing is deleted."),
        .planned("time_goal", "batches that adapt to a time goal"),
        .planned("max_lag", "pauses for replication lag"),
        .planned("max_load", "pauses for load"),
        .planned("health", "pauses by health queries"),
    ])
}

extension Kind {
    static let action = choice(["delete"], planned: ["none": "actions other than delete"])

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
