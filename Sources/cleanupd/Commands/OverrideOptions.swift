import ArgumentParser

/// Values of the configuration that one run replaces.
struct OverrideOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Replaces older_than of `remove`, e.g. 60d.", valueName: "age"))
    var olderThan: String?

    @Option(
        name: .customLong("filter"),
        help: ArgumentHelp(
            "A filter of the task, e.g. user_ids=1,2 (repeatable; all must hold).",
            valueName: "name=value"
        )
    )
    var filters: [String] = []

    @Option(help: ArgumentHelp("Replaces `last` of `keep`, also in its groups.", valueName: "n"))
    var keep: Int?

    /// Throws `CommandFailure` for a filter without a value.
    func overrides() throws -> Overrides {
        Overrides(
            everywhere: .init(olderThan: olderThan, keepLast: keep),
            filters: try filters.map { text in
                guard let equals = text.firstIndex(of: "=") else {
                    throw CommandFailure.usage("--filter \(text): say NAME=VALUE.")
                }
                return (String(text[..<equals]), String(text[text.index(after: equals)...]))
            }
        )
    }
}
