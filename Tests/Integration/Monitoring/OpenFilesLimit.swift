import Foundation
import Support

/// The limit of open files of a running process, as `prlimit` sets it from outside.
struct OpenFilesLimit {
    let pid: Int32
    private let usual: String

    init(pid: Int32) async throws {
        self.pid = pid
        usual = try await Self.prlimit(pid, ["--nofile", "--output=SOFT", "--noheadings"])
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// From now on it can open nothing: the limit is the lowest number that is free.
    func lower() async throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/fd")
        let used = Set(names.compactMap { Int($0) })
        let lowest = (0...).first { !used.contains($0) } ?? 0
        _ = try await Self.prlimit(pid, ["--nofile=\(lowest):"])
    }

    func restore() async throws {
        _ = try await Self.prlimit(pid, ["--nofile=\(usual):"])
    }

    private static func prlimit(_ pid: Int32, _ arguments: [String]) async throws -> String {
        try await Command.run("/usr/bin/prlimit", ["--pid", "\(pid)"] + arguments).check().text
    }
}
