import Foundation
import Support
import Testing

/// A folder of logs, a third of them young, a third to be compressed and a third to be removed, with a configuration for
/// the real program, whose state lies beside them.
struct ProgramWorld {
    let folder: URL
    let files: Int

    /// - Parameter folder: empty, and there.
    init(in folder: URL, files: Int) throws {
        self.folder = folder
        self.files = files
        try FileManager.default.createDirectory(at: data, withIntermediateDirectories: true)
        for index in 0..<files {
            let file = data.appending(path: Self.name(index))
            try Self.content(index).write(to: file)
            let date = Date(timeIntervalSinceNow: -[1, 10, 40][index % 3] * 86_400)
            try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: file.path)
        }
        try configuration.write(to: folder.appending(path: "cleanup.yaml"), atomically: false, encoding: .utf8)
    }

    /// Lends a world in memory, whose folder is removed afterwards.
    static func with<Result>(
        files: Int,
        isolation: isolated (any Actor)? = #isolation,
        _ body: (ProgramWorld) async throws -> Result
    ) async throws -> Result {
        let folder = URL(fileURLWithPath: "/dev/shm/cleanupd-fault-\(UUID().uuidString)")
        let result: Swift.Result<Result, any Error>
        do {
            result = .success(try await body(ProgramWorld(in: folder, files: files)))
        } catch {
            result = .failure(error)
        }
        try await Command.run("/bin/rm", ["-rf", "--one-file-system", "--", folder.path]).check()
        return try result.get()
    }

    var data: URL { folder.appending(path: "data") }

    static func name(_ index: Int) -> String { "log-\(index).log" }

    /// Up to 80 lines of it.
    static func content(_ index: Int) -> Data {
        Data(String(repeating: "a line of the log \(index)\n", count: 1 + index * 7 % 80).utf8)
    }

    private var configuration: String {
        """
        state: sqlite:state.db
        connections: { data: { url: "file://\(data.path)" } }
        tasks:
          logs:
            files: { in: data, match: ["*.log"] }
            compress: { older_than: 7d }
            remove: { older_than: 30d }
        """
    }

    /// The program in this world.
    func cleanupd(_ more: [String: String] = [:], launcher: [String] = []) -> CleanupdProcess {
        let own = ["CLEANUPD_CONFIG": folder.appending(path: "cleanup.yaml").path]
        return CleanupdProcess(environment: own.merging(more) { $1 }, launcher: launcher)
    }

    // MARK: What must hold

    /// At any instant: each young file whole, and each that is to be compressed whole, or in an archive that is.
    func expectNothingLost(_ when: String) throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: data.path)
        // An original that was taken away for its removal, before its archive has taken its place for good.
        let captured = names.filter { $0.hasSuffix(".orig.part") }.map { contents($0) }
        for index in 0..<files where index % 3 < 2 {
            let name = Self.name(index)
            if contents(name) == Self.content(index) { continue }
            let hasArchive = try index % 3 == 1 && archive(name) == Self.content(index)
            let isCaptured = index % 3 == 1 && captured.contains(Self.content(index))
            #expect(hasArchive || isCaptured, "\(when): \(name) is lost; there are \(names.sorted())")
        }
    }

    /// After a run that ended: all that is due is done, and nothing else has changed.
    func expectDone(_ when: String) throws {
        try expectNothingLost(when)
        let names = Set(try FileManager.default.contentsOfDirectory(atPath: data.path))
        let expected = (0..<files).compactMap { index -> String? in
            index % 3 == 2 ? nil : Self.name(index) + (index % 3 == 1 ? ".gz" : "")
        }
        #expect(names == Set(expected), "\(when): \(names.symmetricDifference(expected).sorted())")
    }

    private func contents(_ name: String) -> Data? {
        FileManager.default.contents(atPath: data.appending(path: name).path)
    }

    private func archive(_ name: String) throws -> Data? {
        let path = data.appending(path: name + ".gz").path
        return FileManager.default.fileExists(atPath: path) ? try GzipReader.read(path) : nil
    }
}
