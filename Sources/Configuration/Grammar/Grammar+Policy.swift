extension Grammar {
    static let remove = Grammar([
        .optional(
            "older_than",
            .valueOrPlanned(.age, "ages from a settings table"),
            "An item must be older than this."
        ),
        .optional("size_over", .value(.size), "An item must be larger than this."),
        .planned("expired", "conditions on an expiry"),
        .planned("idle_for", "conditions on idle keys"),
        .planned("without_ttl", "conditions on keys without a time to live"),
        .planned("listed_by", "conditions by query"),
        .planned("orphan", "conditions on orphans"),
    ])

    static let keep = Grammar(
        counts.keys + [
            .optional("groups", .table(.text, .section(counts)), "Counts of single groups, in place of those here."),
            .optional("match", .list(.value(.glob)), "Globs, as in the source; what matches stays."),
            .optional("open", .value(.flag), "true = a file that a process has open for writing stays."),
            .optional("at_least", .value(.integer(0...Int.max)), "Never fewer survivors per group than this."),
            .planned("labels", "rules on labels"),
            .planned("tags", "rules on tags"),
            .planned("referenced_by", "references to what is still needed"),
        ]
    )

    /// Calendar rules count in the cycle's zone: the newest of each bucket stays.
    static let counts = Grammar([
        .optional("last", .value(count), "The newest n."),
        .optional("hourly", .value(count), "The newest of each of the last n hours that have any."),
        .optional("daily", .value(count), "The newest of each of the last n days that have any."),
        .optional("weekly", .value(count), "The newest of each of the last n ISO weeks that have any."),
        .optional("monthly", .value(count), "The newest of each of the last n months that have any."),
        .optional("yearly", .value(count), "The newest of each of the last n years that have any."),
        .optional("within", .value(.age), "All that are not older than this, counted from the newest."),
    ])

    private static let count = Kind.integer(0...1_000_000)

    static let compress = Grammar([
        .required("older_than", .value(.age), "Age from which a file is compressed.")
    ])

    static let quota = Grammar([
        .required("of", .value(.name), "Name of the connection that is measured: that of the task."),
        .optional("path", .value(.place), "Path from its root (default: that of the task)."),
        .required("max", .value(.size), "Over this, the oldest items go."),
        .optional("free_to", .value(.shareOrSize), "Down to this (default 100%: the maximum itself)."),
        .optional("check_every", .value(.interval), "How often it is measured between runs."),
    ])
}
