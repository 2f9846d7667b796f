extension Grammar {
    /// The whole file.
    static let root = Grammar([
        .optional("enabled", .value(.flag), "The master switch: false = plan and report, never act (default true)."),
        .optional(
            "dry_run",
            .value(.flag),
            "true = plan and report, never act, whatever --force or a run by call says; an admin's setting stands above it."
        ),
        .optional("grace", .value(.length()), "Waited after an item has expired (default 30m)."),
        .optional("log", .section(log), "What the program logs."),
        .optional("state", .shorthand("url", state), "Where history and ledger are kept."),
        .optional("coordination", .shorthand("url", coordination), "How several replicas agree who acts."),
        .optional("http", .section(http), "Where the service listens, and whom it lets do what."),
        .required("connections", .table(.name, .section(connection)), "Named places where data lives."),
        .optional("queries", .table(.name, .section(namedQuery)), "What POST /api/cleanup/query may run, by name."),
        .optional("cycles", .table(.name, .section(cycle)), "Ordered lists of tasks, each under one schedule."),
        .required("tasks", .table(.name, .section(task)), "What is kept clean, and how."),
    ])

    static let log = Grammar([
        .optional(
            "level",
            .value(.choice(["trace", "debug", "info", "notice", "warning", "error", "critical"])),
            "From which level on the program logs (default info)."
        ),
        .optional("format", .value(.choice(Configuration.Log.Format.allCases.map(\.rawValue))), "Form of a log line."),
    ])

    static let namedQuery = Grammar([
        .required("in", .value(.name), "Name of a connection to PostgreSQL or SQLite."),
        .required("sql", .value(.query), "One statement that only reads."),
    ])

    static let state = Grammar([
        .required(
            "url",
            .valueOr(.stateURL, secretFile),
            "sqlite:PATH (default sqlite:cleanup-state.db), postgres://…, or { file: PATH } of a file that holds the latter."
        ),
        .optional("keep_runs", .value(.age), "How long the history of runs is kept (default 90d)."),
        .optional("keep_items", .value(.age), "How long the ledger of single items is kept (default 30d)."),
    ])

    static let coordination = Grammar([
        .required(
            "url",
            .valueOr(.coordinationURL, secretFile),
            "local (default): one machine with a state in SQLite, one working replica and others that stand by with one in "
                + "PostgreSQL; redis://…; or { file: PATH } of a file that holds the latter."
        ),
        .optional(
            "lock_ttl",
            .value(.length(1000...3_600_000)),
            "How long a lock outlives a holder that is gone (default 30s)."
        ),
        .optional("ca", .value(.file), "File of certificates (PEM) to trust, with rediss:// (default: the system's)."),
        .optional("key_prefix", .value(.keyPrefix), "What the names of our own keys begin with (default {cleanupd}:)."),
    ])

    static let connection = Grammar([
        .required(
            "url",
            .valueOr(.connectionURL, secretFile),
            "file://PATH of a directory, sqlite:PATH, json:PATH, s3://BUCKET, unix:///PATH or tcp://HOST:PORT of Docker, "
                + "postgres://…, redis://…, or { file: PATH } of a file that holds one of the latter two."
        ),
        .optional(
            "protect",
            .list(.value(.glob)),
            "Of a directory: globs from the root; what matches is never touched."
        ),
        .optional(
            "aliases",
            .list(.value(.absolutePath)),
            "Of a directory: absolute paths under which others name it."
        ),
        .optional("optional", .value(.flag), "true = not there is no failure (default false)."),
        .optional(
            "ca",
            .value(.file),
            "Of Redis with rediss://, of S3 and of Docker by tcp://: file of certificates (PEM) to trust."
        ),
        .optional("endpoint", .value(.endpoint), "Of S3: http:// or https:// and the host (default: AWS)."),
        .optional("region", .value(.region), "Of S3: the region that requests are signed for (default us-east-1)."),
        .optional("access_key", .secret, "Of S3: the access key (default: as the AWS tools find it)."),
        .optional("secret_key", .secret, "Of S3: the secret of the access key."),
        .optional("session_token", .secret, "Of S3: the session token of keys that are lent."),
        .optional("profile", .value(.text), "Of S3: a profile of the shared credentials file."),
        .optional(
            "addressing",
            .value(.choice(S3Connection.Addressing.allCases.map(\.rawValue))),
            "Of S3: where the bucket stands in addresses (default path with an endpoint, else host)."
        ),
        .optional("certificate", .value(.file), "Of Docker by tcp://: file of our own certificate (PEM)."),
        .optional("key", .value(.file), "Of Docker by tcp://: file of the certificate's private key (PEM)."),
    ])
}
