import CleanupConfiguration

/// A configuration file.
enum ConfigFuzz {
    /// Must never be shown.
    private static let secret = "hunter2-of-the-environment"

    static let target = FuzzTarget("config", longest: 8192) { bytes in
        let text = String(decoding: bytes, as: UTF8.self)
        let loader = ConfigurationLoader(environment: ["A": "a", "SECRET": secret], resolve: { _ in nil })
        do {
            let configuration = try loader.parse(text: text, file: "/etc/cleanupd/cleanup.yaml")
            try check(configuration)
        } catch let error as ConfigurationErrors {
            try check(error, text)
        }
    }

    /// A task that works at another place than was checked, or a cycle that names none, would do harm.
    private static func check(_ configuration: Configuration) throws {
        let names = configuration.tasks.map(\.name)
        try require(Set(names).count == names.count, "two tasks have one name")
        for cycle in configuration.cycles {
            try require(
                cycle.tasks.allSatisfy(names.contains),
                "the cycle \(cycle.name) names a task that is not there"
            )
        }
        for (name, connection) in configuration.connections {
            guard let root = connection.root else { continue }
            let parts = root.split(separator: "/", omittingEmptySubsequences: false)
            let isSound = root.hasPrefix("/") && root.count > 1 && !parts.contains("..") && !parts.contains(".")
            try require(isSound, "the connection \(name) has the root \(root)")
        }
        try require(!configuration.warnings.contains { $0.message.contains(secret) }, "a warning shows a secret")
    }

    private static func check(_ error: ConfigurationErrors, _ text: String) throws {
        try require(!error.problems.isEmpty, "it is refused, and nothing is wrong with it")
        let lines = text.unicodeScalars.count { "\n\r\u{85}\u{2028}\u{2029}".unicodeScalars.contains($0) } + 1
        for problem in error.problems {
            let isWithin = (1...lines + 1).contains(problem.line) && problem.column >= 1
            try require(isWithin, "a problem lies outside of the file: \(problem)")
            try require(!problem.description.contains(secret), "a problem shows a secret")
            try require(isPlain(problem.description), "a problem has control characters: \(problem)")
        }
    }
}
