extension Grammar {
    /// The whole file.
    static let root = Grammar([
        .optional("enabled", .value(.flag), "The master switch: false = plan and report, never act (default true)."),
        .optional("dry_run", .value(.flag), "true = plan and report, never act, whatever a call says (default false)."),
        .optional("grace", .value(.length()), "Waited after an item has expired (default 30m)."),
        .optional("log", .section(log), "What the program logs."),
        .optional("state", .shorthand("url", state), "Where history and ledger are kept."),
        .optional("coordination", .shorthand("url", coordination), "How several replicas agree who acts."),
        .optional("http", .section(http), "Where the service listens, and whom it lets do what."),
        .required("connections", .table(.name, .section(connection)), "Named places where data lives."),
        .planned("queries", "named queries"),
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

    static let state = Grammar([
        .required("url", .value(.stateURL), "sqlite:PATH (default sqlite:cleanup-state.db)."),
        .optional("keep_runs", .value(.age), "How long the history of runs is kept (default 90d)."),
        .optional("keep_items", .value(.age), "How long the ledger of single items is kept (default 30d)."),
    ])

    static let coordination = Grammar([
        .required("url", .value(.coordinationURL), "local = this process alone."),
        .planned("lock_ttl", "settings of a shared lock"),
        .planned("ca", "settings of a shared lock"),
        .planned("key_prefix", "settings of a shared lock"),
    ])

    static let connection = Grammar([
        .required("url", .value(.connectionURL), "file:// and the path of a directory."),
        .optional("protect", .list(.value(.glob)), "Globs from the root; what matches is never touched."),
        .optional("aliases", .list(.value(.absolutePath)), "Absolute paths under which others name the root."),
        .optional("optional", .value(.flag), "true = not there is no failure (default false)."),
        .planned("endpoint", "S3 connections"),
        .planned("region", "S3 connections"),
        .planned("access_key", "S3 connections"),
        .planned("secret_key", "S3 connections"),
        .planned("ca", "connections with TLS"),
    ])
}

extension Kind {
    /// Schemes of the contract that this version cannot open.
    private static let plannedSchemes: [(prefix: String, feature: String)] = [
        ("postgres:", "PostgreSQL connections"), ("postgresql:", "PostgreSQL connections"),
        ("sqlite:", "SQLite connections"), ("redis:", "Redis connections"), ("rediss:", "Redis connections"),
        ("s3:", "S3 connections"), ("unix:", "Docker connections"), ("json:", "JSON file connections"),
    ]

    /// The path of a directory after `file://`, taken as it is (no percent signs decoded).
    static let connectionURL = url(
        "file://",
        noun: "file:// and the path of a directory",
        planned: plannedSchemes,
        hint: "a directory is written file:///srv/data"
    )

    static let stateURL = url(
        "sqlite:",
        noun: "sqlite: and the path of a file",
        planned: [
            ("postgres:", "state stores in PostgreSQL"), ("postgresql:", "state stores in PostgreSQL"),
        ],
        hint: "write sqlite:cleanup-state.db"
    )

    static let coordinationURL = Kind(noun: "\"local\"", forms: [.text], schema: ["enum": ["local"]]) {
        text throws(KindError) in
        if text == "local" { return .text(text) }
        if text.hasPrefix("redis:") || text.hasPrefix("rediss:") {
            throw KindError(Message.planned("shared locks in Redis"))
        }
        throw KindError("must be \"local\"")
    }

    /// What follows a scheme. No message quotes the value, which may hold a password.
    private static func url(
        _ prefix: String,
        noun: String,
        planned: [(prefix: String, feature: String)],
        hint: String
    ) -> Kind {
        let schema: JSON = ["type": "string", "pattern": .string("^" + prefix + ".")]
        return Kind(noun: noun, forms: [.text], schema: schema) { text throws(KindError) in
            if let other = planned.first(where: { text.hasPrefix($0.prefix) }) {
                throw KindError(Message.planned(other.feature))
            }
            guard text.hasPrefix(prefix) else { throw KindError("must begin with \(prefix); \(hint)") }
            let rest = String(text.dropFirst(prefix.count))
            guard !rest.isEmpty else { throw KindError("names no path after \(prefix); \(hint)") }
            return .text(rest)
        }
    }

    /// A text that no message may quote.
    static let secretText = Kind(noun: "a text", forms: [.text], schema: ["type": "string", "minLength": 1]) {
        text throws(KindError) in
        guard !text.isEmpty else { throw KindError("is empty") }
        return .text(text)
    }

    /// A file of this machine, from the configuration's folder.
    static let file = text
}
