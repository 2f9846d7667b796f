import Foundation
import Support
import Testing

/// What `compress.library` says reaches the archive.
@Suite(.timeLimit(.minutes(5)))
struct CompressionLibraryTests {
    @Test(arguments: ["zlib", "libdeflate"])
    func theNamedLibraryWritesTheArchive(library: String) async throws {
        let folder = try TemporaryFolder()
        let lines = (0..<40_000).map { "line \($0) of a log\n" }.joined()
        let log = folder.file("logs/app.log")
        for name in ["logs", "state"] {
            try FileManager.default.createDirectory(atPath: folder.file(name), withIntermediateDirectories: false)
        }
        try Data(lines.utf8).write(to: URL(fileURLWithPath: log))
        let age = [FileAttributeKey.modificationDate: Date(timeIntervalSinceNow: -10 * 86_400)]
        try FileManager.default.setAttributes(age, ofItemAtPath: log)
        try Data(
            """
            state: sqlite:state/cleanup.db
            connections: { logs: { url: "file://\(folder.file("logs"))" } }
            tasks:
              logs: { files: { in: logs }, compress: { older_than: 7d, library: \(library) } }
            """.utf8
        ).write(to: URL(fileURLWithPath: folder.file("cleanup.yaml")))
        let cleanupd = CleanupdProcess(environment: ["CLEANUPD_CONFIG": folder.file("cleanup.yaml")])
        let run = try await cleanupd.run("run", "logs", "--force")
        #expect(run.code == 0, "\(run.errorText)")
        #expect(!FileManager.default.fileExists(atPath: log))
        let back = try await Command.run("/usr/bin/env", ["gzip", "-dc", log + ".gz"])
        #expect(back.text == lines)
        // A member begins with the magic number, the method and flags: only libdeflate's, for each 256 KiB, have none.
        let archive = [UInt8](try Data(contentsOf: URL(fileURLWithPath: log + ".gz")))
        let later = archive.indices.dropLast(9).filter { archive[$0...].starts(with: [0x1F, 0x8B, 8, 0]) }
        #expect((later.count >= 2) == (library == "libdeflate"), "\(later)")
    }
}
