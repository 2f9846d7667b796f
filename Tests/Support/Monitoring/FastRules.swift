import Foundation

/// The shipped alert rules with every duration divided, so that a test sees in minutes what takes hours.
package enum FastRules {
    /// An interpreter with PyYAML.
    package static var python: String { ProcessInfo.processInfo.environment["CLEANUPD_PYTHON"] ?? "/usr/bin/python3" }

    /// Writes the copy; the script that makes it also holds it against the shipped files, and so does promtool.
    /// - Parameter hasInstallations: each `by` and `on` knows the label `installation`.
    static func write(to folder: String, divisor: Int, hasInstallations: Bool) async throws {
        let script = Project.file("scripts/scale-rules.py").path
        let rules = Project.file("alerts/rules").path
        try await Command.run(python, [script, "\(divisor)", rules, folder]).check()
        try await Command.run(python, [script, "--verify", "\(divisor)", rules, folder]).check()
        if hasInstallations { try await tellInstallationsApart(folder) }
        try await Command.run("/bin/sh", ["-c", "promtool check rules \(folder)/*.yml"]).check()
    }

    /// The very command that the page of the alerts gives.
    private static func tellInstallationsApart(_ folder: String) async throws {
        let page = try String(contentsOf: Project.file("alerts/README.md"), encoding: .utf8)
        let installed = "/etc/prometheus/rules/cleanupd"
        guard let start = page.range(of: "sed -i -E"),
            let end = page.range(of: "```", range: start.lowerBound..<page.endIndex),
            case let command = page[start.lowerBound..<end.lowerBound], command.contains(installed)
        else { throw SupportError("alerts/README.md does not say how several installations are told apart") }
        let here = command.replacingOccurrences(of: installed, with: folder)
        try await Command.run("/bin/sh", ["-c", here]).check()
    }
}
