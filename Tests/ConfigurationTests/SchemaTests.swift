import CleanupConfiguration
import Foundation
import Testing

@Suite struct SchemaTests {
    @Test func theSchemaIsThatOfTheReader() throws {
        if BadFileTests.isUpdating {
            try ConfigurationSchema.text.write(to: SchemaValidator.schema, atomically: true, encoding: .utf8)
        }
        let text = try String(contentsOf: SchemaValidator.schema, encoding: .utf8)
        #expect(text == ConfigurationSchema.text, "update it: CLEANUPD_UPDATE_GOLDEN=1 swift test --filter SchemaTests")
    }

    @Test func theSchemaAcceptsEveryGoodFile() throws {
        var cases: [SchemaValidator.Case] = []
        for url in try GoodFileTests.files() {
            let text = try String(contentsOf: url, encoding: .utf8)
            let document = try #require(SchemaValidator.json(text), "\(url.lastPathComponent)")
            cases.append(SchemaValidator.Case(name: url.lastPathComponent, document: document))
        }
        for (name, error) in try SchemaValidator.errors(cases) { #expect(error == nil, "\(name)") }
    }

    /// What only the loader can see is listed in a golden file; everything else both refuse.
    @Test func schemaAndLoaderRefuseTheSameFiles() throws {
        let cases = try CaseFile.all(in: "bad").compactMap { item in
            SchemaValidator.json(item.text).map { SchemaValidator.Case(name: item.title, document: $0) }
        }
        #expect(cases.count >= 200)
        let errors = try SchemaValidator.errors(cases)
        let accepted = cases.map(\.name).filter { errors[$0] == .some(nil) }.map { $0 + "\n" }.joined()
        let golden = CaseFile.folder.appending(path: "beyond-schema.txt")
        if BadFileTests.isUpdating {
            try accepted.write(to: golden, atomically: true, encoding: .utf8)
        } else {
            #expect(try accepted == String(contentsOf: golden, encoding: .utf8))
        }
    }

    @Test func unknownKeysAndWrongTypesAreRefusedByTheSchemaToo() throws {
        let beyond = try String(contentsOf: CaseFile.folder.appending(path: "beyond-schema.txt"), encoding: .utf8)
            .split(separator: "\n").map(String.init)
        for item in try CaseFile.all(in: "bad") where beyond.contains(item.title) {
            for problem in item.expected {
                #expect(!problem.contains("unknown key"), "\(item.title)")
                #expect(!problem.contains(", found "), "\(item.title)")
                #expect(!problem.contains("is missing"), "\(item.title)")
            }
        }
    }

    @Test func everyExampleIsAcceptedByLoaderAndSchema() throws {
        let folder = SchemaValidator.root.appending(path: "examples")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path()).sorted()
        var cases: [SchemaValidator.Case] = []
        // A package, and no configuration.
        for name in names where name != "embedding" {
            let file = folder.appending(path: "\(name)/cleanup.yaml")
            let text = try String(contentsOf: file, encoding: .utf8)
            let configuration = try ConfigurationLoader(environment: Self.places(in: text), resolve: { _ in nil })
                .parse(text: text, file: file.path())
            #expect(!configuration.tasks.isEmpty)
            #expect(configuration.warnings.isEmpty)
            let document = try #require(SchemaValidator.json(text))
            cases.append(SchemaValidator.Case(name: name, document: document))
        }
        #expect(cases.count >= 2)
        for (name, error) in try SchemaValidator.errors(cases) { #expect(error == nil, "\(name)") }
    }

    /// A directory, a database or the like of its own for each variable that has no default.
    private static func places(in text: String) -> [String: String] {
        let names = text.matches(of: /\$\{([A-Z_]+)\}/).map { String($0.output.1) }
        let places = names.map { name in
            switch name {
            case let name where name.hasSuffix("_URL"): (name, "postgres://app@localhost/\(name.lowercased())")
            case let name where name.hasSuffix("_ENDPOINT"): (name, "https://s3.example.org")
            case let name where name.contains("BUCKET"): (name, "bucket")
            default: (name, "/srv/\(name.lowercased())")
            }
        }
        return Dictionary(places) { first, _ in first }
    }
}
