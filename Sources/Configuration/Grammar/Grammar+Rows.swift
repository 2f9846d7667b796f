extension Grammar {
    static let rows = Grammar([
        .required("in", .value(.name), "Name of a connection to PostgreSQL or SQLite."),
        .required("table", .value(.table), "The table, NAME or SCHEMA.NAME."),
        .optional("key", .oneOrMore(.column), "Column, or columns, that tell rows apart (default: the primary key)."),
        .optional("time", .oneOrMore(.column), "Column that ages are counted from; of a list the first that exists."),
        .optional("expires", .value(.column), "Column of the time after which a row has expired."),
        .optional(
            "time_format",
            .value(.choice(TaskConfiguration.RowsSource.TimeFormat.allCases.map(\.rawValue))),
            "How times are written (default: as the column's type says; of a text iso)."
        ),
        .optional("timezone", .value(.zone), "Zone of times that are written without one (default UTC)."),
        .optional(
            "where",
            .value(.condition),
            "SQL that a row must meet; sees :now, :cutoff, :grace_cutoff and params."
        ),
        .optional("params", .table(.parameter, .value(.span)), "Ages by name; :NAME in SQL is now less the age."),
        .optional("reason", .value(.condition), "Column or expression that says why a row goes, for listings."),
        .optional("group_by", .value(.column), "Column by whose value keep counts."),
        .optional("orphan_of", .section(orphanOf), "Only rows whose column names no row of another table."),
        .optional("vacuum", .value(.flag), "true = a large run ends with a plain VACUUM (default false)."),
    ])

    static let orphanOf = Grammar([
        .required("column", .value(.column), "Column that names a row of the other table; null names none."),
        .required("table", .value(.table), "The other table."),
        .required("key", .value(.column), "Column of the other table that is named."),
    ])

    /// `action: { set: … }`
    static let set = Grammar([
        .required("set", .table(.column, .literal), "Columns and what they become: null, a number, a text, now().")
    ])

    static let owned = Grammar(
        [
            .optional("files", .section(ownedFiles), "Files and directories."),
            .optional("objects", .section(ownedObjects), "Objects of a bucket."),
        ],
        oneOf: OneOf(names: ["files", "objects"], help: "What the row or the record owns.")
    )

    static let ownedFiles = Grammar([
        .required("in", .value(.name), "Name of a connection to a directory."),
        .required("path", .value(.field), "Column or field of the path, or of an array of paths."),
        .optional("resource", .value(.resource), "The noun of the metric cleanup_<resource>_deleted_total."),
    ])

    static let ownedObjects = Grammar([
        .required("in", .value(.name), "Name of a connection to a bucket of S3."),
        .required("key", .value(.field), "Column or field of the object's key, or of an array of keys."),
        .optional("resource", .value(.resource), "The noun of the metric cleanup_<resource>_deleted_total."),
    ])

    static let filter = Grammar([
        .required(
            "type",
            .value(.choice(TaskConfiguration.Filter.Kind.allCases.map(\.rawValue))),
            "What is given: integer_range as :min and :max, flag as nothing, all others as :value."
        ),
        .required("sql", .value(.condition), "SQL that a row must meet when the filter is given."),
    ])

    static let allow = Grammar([
        .optional("cascade", .list(.value(.table)), "Tables that may lose rows by a cascade or a trigger."),
        .optional(
            "unconditional",
            .value(.flag),
            "true = a task may remove all rows that it finds, or objects of a server that cannot be told to remove only "
                + "what is unchanged (default false)."
        ),
    ])
}
