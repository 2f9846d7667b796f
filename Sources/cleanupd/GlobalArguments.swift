/// Lets global options stand before the subcommand, too: `cleanupd --config x run` means `cleanupd run --config x`.
enum GlobalArguments {
    private static let options: Set = ["--config", "--log-format", "--log-level"]

    /// The same arguments with leading global options moved behind the subcommand.
    static func reordered(_ arguments: [String]) -> [String] {
        var leading: [String] = []
        var rest = arguments[...]
        while let first = rest.first, let name = first.split(separator: "=").first, options.contains(String(name)) {
            let count = first.contains("=") ? 1 : 2
            leading += rest.prefix(count)
            rest = rest.dropFirst(count)
        }
        guard let subcommand = rest.first else { return arguments }
        return [subcommand] + leading + rest.dropFirst()
    }
}
