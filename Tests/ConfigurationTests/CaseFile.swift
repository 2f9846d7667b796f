import Foundation

/// A file of cases: a configuration each, and what the loader says about it.
///
/// A case begins with `=== NAME`; `=== task: NAME` stands for the keys of a task `t`, whose file around it is `prelude`.
/// `>>>` parts the YAML from the expected problems, one a line: `LINE:COLUMN: PATH: MESSAGE`. Lines of a task's case are
/// counted from its own first line.
struct CaseFile {
    struct Case: Sendable {
        var file: String
        var name: String
        var isTask: Bool
        var yaml: String
        var expected: [String]

        var title: String { "\(file): \(name)" }

        /// The configuration as a whole.
        var text: String {
            guard isTask else { return yaml }
            let lines = yaml.split(separator: "\n", omittingEmptySubsequences: false).map { "    " + $0 }
            return CaseFile.prelude + lines.joined(separator: "\n") + "\n"
        }
    }

    static let prelude = """
        connections: { data: { url: "file:///srv/data" }, main: { url: "${DATABASE_URL}" }, app: { url: "sqlite:app.db" }, cache: { url: "redis://cache" }, bundles: { url: "s3://previews" }, docker: { url: "unix:///var/run/docker.sock" }, tokens: { url: "json:tokens.json" } }
        tasks:
          t:

        """

    /// Lines and columns of a task's case begin here.
    static let preludeLines = 3
    static let preludeIndent = 4

    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")

    /// All cases of a folder of fixtures, in the order of their files.
    static func all(in name: String) throws -> [Case] {
        try files(in: name).flatMap { url in
            try parse(String(contentsOf: url, encoding: .utf8), file: url.lastPathComponent)
        }
    }

    static func files(in name: String) throws -> [URL] {
        try FileManager.default.contentsOfDirectory(at: folder.appending(path: name), includingPropertiesForKeys: nil)
            .filter { $0.pathExtension == "cases" }
            .sorted { $0.path() < $1.path() }
    }

    static func parse(_ text: String, file: String) -> [Case] {
        text.split(separator: "=== ").map { block in
            let lines = block.split(separator: "\n", omittingEmptySubsequences: false)
            let divider = lines.firstIndex(of: ">>>") ?? lines.endIndex
            let head = String(lines[0])
            return Case(
                file: file,
                name: head.hasPrefix("task: ") ? String(head.dropFirst(6)) : head,
                isTask: head.hasPrefix("task: "),
                yaml: lines[1..<divider].joined(separator: "\n"),
                expected: lines[divider...].dropFirst().filter { !$0.isEmpty }.map(String.init)
            )
        }
    }

    /// The text of a file of cases.
    static func format(_ cases: [Case]) -> String {
        cases.map { item in
            let head = "=== \(item.isTask ? "task: " : "")\(item.name)\n"
            let yaml = item.yaml.isEmpty ? "" : item.yaml + "\n"
            return head + yaml + ">>>\n" + item.expected.map { $0 + "\n" }.joined()
        }.joined(separator: "\n")
    }
}
