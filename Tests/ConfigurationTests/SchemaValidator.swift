import Foundation
import Testing
import Yams

@testable import CleanupConfiguration

/// The `jsonschema` package of Python, as the second opinion about documents.
enum SchemaValidator {
    struct Case {
        var name: String
        var document: JSON
    }

    private struct Answer: Decodable {
        var name: String
        var error: String?
    }

    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    static let schema = root.appending(path: "schema/cleanupd.schema.json")

    /// What is wrong with each document, by name; `nil` = nothing.
    static func errors(_ cases: [Case]) throws -> [String: String?] {
        let lines = cases.map { item in
            let line: JSON = ["name": .string(item.name), "document": item.document]
            // Strings hold no line feeds as such, only escaped ones.
            return line.description.replacing("\n", with: " ")
        }
        let output = try python(input: lines.joined(separator: "\n") + "\n")
        let answers = try output.split(separator: "\n").map {
            try JSONDecoder().decode(Answer.self, from: Data($0.utf8))
        }
        try #require(answers.map(\.name) == cases.map(\.name), "not every document was answered")
        return Dictionary(uniqueKeysWithValues: answers.map { ($0.name, $0.error) })
    }

    /// Runs the script; a missing interpreter or package is a failure of the test.
    private static func python(input: String) throws -> String {
        let process = Process()
        let interpreter = ProcessInfo.processInfo.environment["CLEANUPD_PYTHON"] ?? "python3"
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [interpreter, CaseFile.folder.appending(path: "validate.py").path(), schema.path()]
        let file = FileManager.default.temporaryDirectory.appending(path: "cleanupd-schema-\(UUID().uuidString)")
        try input.write(to: file, atomically: false, encoding: .utf8)
        defer { remove(file.path()) }
        let pipe = Pipe()
        process.standardInput = try FileHandle(forReadingFrom: file)
        process.standardOutput = pipe
        try process.run()
        let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        try #require(
            process.terminationStatus == 0,
            "\(interpreter) validate.py failed; it needs the package jsonschema (set CLEANUPD_PYTHON to an interpreter)"
        )
        return String(decoding: output, as: UTF8.self)
    }

    /// A YAML text as an editor's YAML library hands it to its JSON Schema library; `nil` = it is not YAML.
    static func json(_ yaml: String) -> JSON? {
        do {
            return try Yams.Parser(yaml: yaml, resolver: .basic, encoding: .utf8).singleRoot().map(json)
        } catch {
            return nil
        }
    }

    private static func json(_ node: Node) -> JSON {
        switch node {
        case .mapping(let mapping):
            .object(mapping.map { JSON.Member(key: $0.key.string ?? "", value: json($0.value)) })
        case .sequence(let sequence):
            .array(sequence.map(json))
        case .scalar(let scalar):
            json(scalar)
        case .alias:
            .null
        }
    }

    private static func json(_ scalar: Node.Scalar) -> JSON {
        switch WrittenValue.form(of: scalar) {
        case .nothing: .null
        case .flag: .bool(scalar.string.lowercased() == "true")
        case .integer: Int(scalar.string).map(JSON.integer) ?? .double(1e30)
        case .number: .double(Double(scalar.string) ?? 0)
        case .text: .string(scalar.string)
        }
    }
}
