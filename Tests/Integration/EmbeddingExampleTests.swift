import Foundation
import Support
import Testing

/// The program of `examples/embedding`, built here without access to `package`: as by a package of somebody else.
@Suite(.timeLimit(.minutes(5)))
struct EmbeddingExampleTests {
    @Test func itTellsWhatWouldGoAndWhyAndRemovesNothing() async throws {
        try await Self.withFiles { folder in
            let answer = try await Self.run(folder.path)
            #expect(answer.code == 0, "\(answer.errorText)")
            let lines = Set(answer.text.split(separator: "\n").map(String.init))
            let verdicts = [
                "remove old: older than 7d", "keep old.keep: kept: matches *.keep", "young new: not older than 7d",
            ]
            #expect(lines.isSuperset(of: verdicts), "\(answer.text)")
            #expect(lines.contains("in 30 days 2 of 3 files are due"))
            #expect(lines.contains("cleanup_files_deleted_total 0"))
            #expect(try Self.names(in: folder) == ["new", "old", "old.keep"])
        }
    }

    @Test func forcedItRemovesThatOnceAndCountsIt() async throws {
        try await Self.withFiles { folder in
            let answer = try await Self.run(folder.path + "/", "--force")
            #expect(answer.code == 0, "\(answer.errorText)")
            #expect(try Self.names(in: folder) == ["new", "old.keep"])
            #expect(answer.text.contains("\nsuccess: 1 due, 1 removed"))
            #expect(answer.text.contains("\ncleanup_files_deleted_total 1\n"))
            #expect(answer.text.contains("\nembedding_runs_total 1\n"))
            let again = try await Self.run(folder.path, "--force")
            #expect(again.text.contains("\nsuccess: 0 due, 0 removed"), "\(again.errorText)")
        }
    }

    /// As root without what lets root look everywhere.
    @Test func whatItCannotLookAtIsNoAbsence() async throws {
        try await Self.withFiles { folder in
            try FileManager.default.setAttributes([.posixPermissions: 0o444], ofItemAtPath: folder.path)
            let answer = try await Command.run(
                "/usr/bin/setpriv",
                [
                    "--bounding-set=-dac_override,-dac_read_search", try CleanupdProcess.built("EmbeddingExample"),
                    folder.path, "--force",
                ],
                environment: CleanupdProcess(environment: ["SWIFT_BACKTRACE": "enable=no"]).wholeEnvironment
            )
            #expect(answer.code != 0, "\(answer.text)")
            #expect(answer.errorText.contains("Permission denied"), "\(answer.errorText)")
            #expect(try Self.names(in: folder) == ["new", "old", "old.keep"])
        }
    }

    /// `make embedding` builds it so, in minutes; here only that its manifest asks for what there is.
    @Test func itsManifestAsksForOurProductsByTheSameTools() throws {
        let ours = try Self.text("Package.swift")
        let theirs = try Self.text("examples/embedding/Package.swift")
        #expect(theirs.prefix { $0 != "\n" } == ours.prefix { $0 != "\n" })
        let products = theirs.matches(of: /product\(name: "(\w+)", package: "cleanupd"\)/).map { String($0.output.1) }
        #expect(products == ["Engine", "Retention", "Telemetry"])
        for product in products { #expect(ours.contains(".library(name: \"\(product)\"")) }
    }

    private static func run(_ arguments: String...) async throws -> Command.Result {
        try await Command.run(
            try CleanupdProcess.built("EmbeddingExample"),
            arguments,
            environment: CleanupdProcess(environment: [:]).wholeEnvironment
        )
    }

    /// Of ten days, of ten days but protected, and new; the state comes to lie beside their folder.
    private static func withFiles(_ body: (URL) async throws -> Void) async throws {
        try await withTemporaryDirectory { place in
            let folder = place.appendingPathComponent("files")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
            for name in ["new", "old", "old.keep"] {
                let file = folder.appendingPathComponent(name)
                try Data("text".utf8).write(to: file)
                guard name != "new" else { continue }
                let time = Date(timeIntervalSinceNow: -10 * 86_400)
                try FileManager.default.setAttributes([.modificationDate: time], ofItemAtPath: file.path)
            }
            try await body(folder)
        }
    }

    private static func names(in folder: URL) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    }

    private static func text(_ path: String) throws -> String {
        try String(contentsOf: Project.file(path), encoding: .utf8)
    }
}
