extension Grammar {
    static let remove = Grammar([
        .optional("older_than", .valueOr(.age, settingAge), "An item must be older than this."),
        .optional("size_over", .value(.size), "A file, key or object must be larger than this."),
        .optional("expired", .value(.flag), "true = the time in \"expires\" and grace must have passed."),
        .optional("listed_by", .list(.section(listing)), "Only what one of these queries names."),
        .optional("orphan", .value(.flag), "true = nothing may name it: no referenced_by, no orphan_of."),
        .optional("idle_for", .value(.age), "A key must not have been used for this long."),
        .optional("without_ttl", .value(.flag), "true = only keys that do not expire by themselves."),
    ])

    /// `{ setting: retention_days, default: 30d }` in place of an age.
    static let settingAge = Grammar([
        .required("setting", .value(.choice(["retention_days"])), "The setting of the cycle that says the age."),
        .required("default", .value(.age), "The age while nothing is set."),
    ])

    /// A query that lists items.
    static let listing = Grammar([
        .required("in", .value(.name), "Name of a connection to PostgreSQL or SQLite."),
        .required("query", .value(.dated), queryHelp),
        timeFormat,
    ])

    private static let queryHelp =
        "SQL that answers with one column: what it names; sees :now, :cutoff, :grace_cutoff and, of rows, params."

    /// Beside a query of `listing` and `reference`.
    private static let timeFormat = Key.optional(
        "time_format",
        .value(.choice(TaskConfiguration.RowsSource.TimeFormat.allCases.map(\.rawValue))),
        "Beside a query of SQLite that names instants: how the times are written that they are compared with."
    )

    /// What names items that are needed.
    static let reference = Grammar(
        [
            .required("in", .value(.name), "Name of a connection to PostgreSQL, SQLite, Redis or a JSON file."),
            .optional("query", .value(.dated), queryHelp),
            timeFormat,
            .optional(
                "keys",
                .value(.keyGlob),
                "Keys of Redis: sets, lists and sorted sets name their members, others what * stands for."
            ),
            .optional(
                "field",
                .value(.recordField),
                "Field of the records of a JSON file: a text, or a list of texts."
            ),
            .optional(
                "at",
                .value(.pointer),
                "Beside field: JSON pointer of the records (default: the whole document)."
            ),
        ],
        oneOf: OneOf(names: ["query", "keys", "field"], help: "What names the items that are needed.")
    )

    static let references = Grammar([
        .optional("allow_empty", .value(.flag), "true = an answer without anything is believed (default false)."),
        .optional(
            "min_ratio",
            .value(.number(0...1)),
            "An answer must have at least this share of the last good one (default 0.5)."
        ),
    ])

    static let keep = Grammar(
        counts.keys + [
            .optional("groups", .table(.text, .section(counts)), "Counts of single groups, in place of those here."),
            .optional("match", .list(.value(.glob)), "Globs, as in the source; what matches stays."),
            .optional("open", .value(.flag), "true = a file that a process has open for writing stays."),
            .optional("at_least", .value(.integer(0...Int.max)), "Never fewer survivors per group than this."),
            .optional("referenced_by", .list(.section(reference)), "What one of these names stays."),
            .optional(
                "labels",
                .table(.text, .value(.label)),
                "A container with one of these labels stays; * = any value."
            ),
            .optional("tags", .table(.text, .value(.label)), "An object with one of these tags stays; * = any value."),
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
        .required("older_than", .value(.age), "Age from which a file is compressed."),
        .optional(
            "library",
            .value(.choice(TaskConfiguration.CompressionLibrary.allCases.map(\.rawValue))),
            "zlib (default) = one member, as gzip writes it; libdeflate = faster, in members of 256 KiB: zcat reads all, gzip -l counts the last."
        ),
    ])

    static let copies = Grammar([
        .required("in", .value(.name), "Name of a connection to a bucket of S3."),
        .optional(
            "prefix",
            .value(.text),
            "What the keys of the copies begin with; the path from the task's path follows (default: nothing)."
        ),
    ])

    static let quota = Grammar([
        .required(
            "of",
            .value(.name),
            "Name of the directory's connection that is measured: that of the task, or of files that its records own."
        ),
        .optional("path", .value(.place), "Path from its root (default: that of the task, for records the root)."),
        .required("max", .value(.size), "Over this, the oldest items go."),
        .optional("free_to", .value(.shareOrSize), "Down to this (default 100%: the maximum itself)."),
        .optional("check_every", .value(.interval), "How often it is measured between runs."),
    ])
}
