/// Sources beside files, rows and keys.
extension Grammar {
    static let objects = Grammar([
        .required("in", .value(.name), "Name of a connection to a bucket of S3."),
        .optional("prefix", .value(.text), "What keys begin with (default: all keys)."),
        .optional(
            "match",
            .list(.value(.glob)),
            "Globs of the whole key; without a slash they match its last component (default: everything)."
        ),
        .optional(
            "versions",
            .value(.choice(TaskConfiguration.ObjectsSource.Versions.allCases.map(\.rawValue))),
            "Which versions of an object are candidates (default current)."
        ),
        .optional(
            "uploads",
            .value(.flag),
            "true = the candidates are unfinished multipart uploads instead (default false)."
        ),
        .optional("tags", .table(.text, .value(.label)), "Tags that an object must have, all of them; * = any value."),
        .optional("group_by", .value(.grouping), "directory, or n = the n-th component of the key."),
    ])

    static let containers = Grammar([
        .required("in", .value(.name), "Name of a connection to a Docker engine."),
        .optional("name", .oneOrMore(.glob), "Globs of names; one must match (default: all)."),
        .optional(
            "labels",
            .table(.text, .value(.label)),
            "Labels that a container must have, all of them; * = any value."
        ),
        .optional(
            "states",
            .list(.value(.choice(TaskConfiguration.ContainersSource.State.allCases.map(\.rawValue)))),
            "In which state it must be (default: any of these; running ones never are candidates)."
        ),
    ])

    static let records = Grammar([
        .required("in", .value(.name), "Name of a connection to a JSON file."),
        .optional(
            "at",
            .value(.pointer),
            "JSON pointer of the object or array whose entries they are (default: the whole document)."
        ),
        .optional("key", .value(.recordField), "Field that names an entry (default: the name of an object's member)."),
        .optional("time", .value(.recordField), "Field that ages are counted from."),
        .optional("expires", .value(.recordField), "Field of the time after which an entry has expired."),
        .optional(
            "time_format",
            .value(.choice(TaskConfiguration.RowsSource.TimeFormat.allCases.map(\.rawValue))),
            "How times are written (default: a text as iso, a number as epoch)."
        ),
        .optional("timezone", .value(.zone), "Zone of times that are written without one (default UTC)."),
    ])
}
