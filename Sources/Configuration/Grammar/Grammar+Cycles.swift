import Retention

extension Grammar {
    static let cycle = Grammar([
        .optional("schedule", .value(.cron), "When it fires: five cron fields or a word such as @daily."),
        .optional("every", .value(.interval), "How often it fires, in place of a schedule."),
        .optional("timezone", .value(.zone), "Zone of schedule, window and calendar rules (default UTC)."),
        .required("tasks", .list(.value(.name)), "Names of tasks, done in this order."),
        .optional("max_duration", .value(.length(atLeast: 1)), "How long one firing may take."),
        .optional("at_start", .value(.flag), "true = it also fires when the service starts (default false)."),
        .optional("enabled", .value(.flag), "false = it does not fire (default true)."),
        .optional("skip_when_env", .value(.environment), "It does not fire while a variable has this value."),
        .optional("window", .value(.window), "The hours in which it may work."),
        .optional("when_quiet", .section(quiet), "It waits for little load before it begins."),
        .optional("retry", .section(retry), "How often a failed firing is tried again."),
        .optional("notify", .list(.section(notification)), "Whom to tell about the outcome."),
        .optional("settings", .section(settings), "A table of the users' own that rules over this cycle."),
    ])

    static let quiet = Grammar([
        .optional(
            "load",
            .value(.number(0.01...1_000)),
            "Load average of a minute on this machine, for each processor, at most."
        ),
        .optional("in", .value(.name), "Name of a connection to PostgreSQL or SQLite."),
        .optional(
            "query",
            .value(.query),
            "SQL that answers with true while there is little load; with load, both must say so."
        ),
        .required("at_latest", .value(.length(1_000...604_800_000)), "How long after its firing it begins anyway."),
        .optional("check_every", .value(.length(1_000...3_600_000)), "Pause between two looks (default 30s)."),
    ])

    static let settings = Grammar([
        .required("in", .value(.name), "Name of a connection to PostgreSQL or SQLite."),
        .required("table", .value(.table), "Table that holds the settings."),
        .optional("where", .value(.condition), "SQL that finds the one row (default: the only one)."),
        .required("columns", .section(settingsColumns), "Which column holds which setting."),
    ])

    static let settingsColumns = Grammar([
        .optional("enabled", .value(.column), "Column that switches the cycle on and off."),
        .optional("retention_days", .value(.column), "Column of the age in days, for older_than of its tasks."),
        .optional("schedule", .value(.column), "Column of the cron expression."),
        .optional("batch_size", .value(.column), "Column of the rows of a batch, at most."),
    ])

    static let retry = Grammar([
        .required("attempts", .value(.integer(1...100)), "How often in all, the first time included."),
        .optional(
            "backoff",
            .value(.length(0...86_400_000)),
            "Waited before the second attempt; doubles (default 60s)."
        ),
    ])

    static let notification = Grammar([
        .required("on", .list(.value(.choice(RunOutcome.allCases.map(\.rawValue)))), "Outcomes to tell about."),
        .required("webhook", .secret, "URL that is called, with https://; it is treated as a secret."),
        .optional("secret", .secret, "Signs what is sent, so that the receiver knows who it comes from."),
        .optional("allow_local", .value(.flag), "true = it may be on this machine, and http:// there (default false)."),
    ])
}

extension Kind {
    /// Checked with the cycle's zone, in `CycleBuilder`.
    static let cron = Kind(noun: "a schedule such as \"*/10 * * * *\"", forms: [.text], schema: text.schema) {
        value throws(KindError) in
        guard !value.trimmed.isEmpty else { throw KindError("is empty; write a schedule such as \"*/10 * * * *\"") }
        return .text(value)
    }
}
