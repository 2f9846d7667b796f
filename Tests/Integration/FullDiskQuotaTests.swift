import Foundation
import Support
import Testing

/// A file system of 64 MiB, filled to the last byte, with the state on it: quotas have to bring it under their mark.
@Suite(.timeLimit(.minutes(10)))
struct FullDiskQuotaTests {
    private static let configuration = """
        state: "sqlite:${DISK}/state/state.db"
        http: { listen: "127.0.0.1:0" }
        connections:
          cache: { url: "file://${DISK}/cache" }
          audio: { url: "file://${DISK}/audio" }
          tokens: { url: "json:${DISK}/tokens.json" }
        cycles: { hourly: { every: 1h, tasks: [caches, tokens] } }
        tasks:
          caches:
            files: { in: cache, path: data, match: ["*.bin"] }
            keep: { match: ["kept-*"] }
            quota: { of: cache, path: ., max: 16MiB, free_to: 8MiB, check_every: 1s }
          tokens:
            records: { in: tokens, time: created }
            owns: [{ files: { in: audio, path: file, resource: token_audio } }]
            quota: { of: audio, max: 16MiB, free_to: 8MiB, check_every: 1s }
        """

    @Test func runByHandBringsBothUnderTheirMarks() async throws {
        try await Self.withDisk { disk in
            try await disk.cleanupd.run("run", "--force").check()
            try disk.fill()
            let run = try await disk.cleanupd.run("run", "--force", "--json")
            #expect(run.code == 0, "\(run.errorText)")
            try disk.expectUnderTheMarks()
            let lines = try ReportLine.parse(run.output)
            for task in ["caches", "tokens"] { #expect(try lines.summary(of: task).deleted > 10, "\(task)") }
        }
    }

    @Test func serviceBringsBothUnderTheirMarks() async throws {
        try await Self.withDisk { disk in
            try await withServe(disk.cleanupd) { serve in
                // It looks each second, and would empty the disk while it is being filled.
                try await serve.halt()
                try disk.fill()
                serve.signal(SIGCONT)
                let isDone = try await eventually(seconds: 300) {
                    try disk.used("cache") <= 8 << 20 && disk.used("audio") <= 8 << 20 ? true : nil
                }
                #expect(isDone == true)
                #expect(await serve.terminate().code == 0)
            }
            try disk.expectUnderTheMarks()
        }
    }

    private static func withDisk(_ body: (FullDisk) async throws -> Void) async throws {
        try #require(geteuid() == 0, "Mounting a small file system needs root.")
        try await withTemporaryDirectory { folder in
            let disk = try FullDisk(folder, configuration: configuration)
            do {
                try await body(disk)
                disk.unmount()
            } catch {
                disk.unmount()
                throw error
            }
        }
    }
}

/// A file system in memory.
private struct FullDisk {
    private let path: String
    let cleanupd: CleanupdProcess

    init(_ folder: URL, configuration: String) throws {
        path = folder.appendingPathComponent("disk").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        guard mount("tmpfs", path, "tmpfs", 0, "size=64m,mode=0700") == 0 else { throw SupportError("mount: \(errno)") }
        for name in ["state", "cache/data", "audio"] {
            try FileManager.default.createDirectory(atPath: "\(path)/\(name)", withIntermediateDirectories: true)
        }
        try Data("{}".utf8).write(to: URL(fileURLWithPath: "\(path)/tokens.json"))
        let file = folder.appendingPathComponent("cleanup.yaml")
        try Data(configuration.utf8).write(to: file)
        cleanupd = CleanupdProcess(environment: ["CLEANUPD_CONFIG": file.path, "DISK": path])
    }

    fileprivate func unmount() { umount2(path, Int32(MNT_DETACH)) }

    /// Tokens with 20 MiB of audio; files of a cache until the disk takes no byte more.
    fileprivate func fill() throws {
        let bytes = Data(count: 512 << 10)
        var tokens: [String] = []
        for number in 0..<40 {
            try bytes.write(to: URL(fileURLWithPath: "\(path)/audio/\(number).wav"))
            tokens.append("\"t\(number)\": {\"created\": \(1_700_000_000 + number), \"file\": \"\(number).wav\"}")
        }
        try Data("{\(tokens.joined(separator: ",\n"))}".utf8).write(to: URL(fileURLWithPath: "\(path)/tokens.json"))
        try Data(count: 1 << 20).write(to: URL(fileURLWithPath: "\(path)/cache/data/kept-1.bin"))
        let page = [UInt8](repeating: 1, count: 256 << 10)
        for number in 0..<1_000 {
            let descriptor = open("\(path)/cache/data/\(number).bin", O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else { break }
            defer { close(descriptor) }
            let count = write(descriptor, page, page.count)
            if count < page.count { break }
        }
        let more = open("\(path)/cache/data/0.bin", O_WRONLY | O_APPEND | O_CLOEXEC)
        guard more >= 0 else { throw SupportError("open: \(errno)") }
        defer { close(more) }
        while write(more, page, 4_096) > 0 {}
        guard errno == ENOSPC else { throw SupportError("write: \(errno)") }
    }

    /// Bytes on the disk beneath a folder.
    func used(_ name: String) throws -> Int64 {
        var sum: Int64 = 0
        for case let file as String in FileManager.default.enumerator(atPath: "\(path)/\(name)") ?? .init() {
            var info = stat()
            if lstat("\(path)/\(name)/\(file)", &info) == 0 { sum += Int64(info.st_blocks) * 512 }
        }
        return sum
    }

    fileprivate func expectUnderTheMarks() throws {
        #expect(try used("cache") <= 8 << 20)
        #expect(try used("audio") <= 8 << 20)
        #expect(FileManager.default.fileExists(atPath: "\(path)/cache/data/kept-1.bin"))
        // The newest stay, and each with its audio.
        let object = try JSONSerialization.jsonObject(
            with: Data(contentsOf: URL(fileURLWithPath: "\(path)/tokens.json"))
        )
        let tokens = (object as? [String: Any] ?? [:]).keys.sorted()
        #expect(tokens == (40 - tokens.count..<40).map { "t\($0)" }.sorted())
        #expect(!tokens.isEmpty)
        let audio = try FileManager.default.contentsOfDirectory(atPath: "\(path)/audio").sorted()
        #expect(audio == tokens.map { "\($0.dropFirst()).wav" }.sorted())
    }
}
