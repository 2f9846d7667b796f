import Foundation
import Testing

/// What the kernel says of the threads of a process that is contained.
enum ContainedThreads {
    /// What docs/containment.md says that root keeps: CHOWN, DAC_OVERRIDE, DAC_READ_SEARCH, FOWNER, FSETID,
    /// NET_BIND_SERVICE, SYS_RESOURCE and LEASE, by their numbers in capabilities(7).
    private static let kept = ([0, 1, 2, 3, 4, 10, 24, 28] as [UInt64]).reduce(UInt64(0)) { $0 | 1 << $1 }
    /// SETPCAP: without it nobody can take from the bounding set.
    private static let bounding = UInt64(1) << 8

    /// Each thread has given up what the page says, and nothing of what it says that root keeps.
    static func expectBound(of pid: Int32) throws {
        let found = status(of: "self")
        let own = try #require(found)
        let had = try capabilities("CapEff", own)
        // One more than the test has, which may be in a container. A kernel before 5.9 does not count them.
        let filters = own["Seccomp_filters"].flatMap { Int($0) }.map { "\($0 + 1)" }
        let threads = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/task")
        #expect(threads.count > 1)
        for thread in threads {
            // One may have ended meanwhile.
            guard let status = status(of: "\(pid)/task/\(thread)") else { continue }
            #expect(status["NoNewPrivs"] == "1", "\(status)")
            #expect(status["Seccomp"] == "2" && status["Seccomp_filters"] == filters, "\(status)")
            let permitted = try capabilities("CapPrm", status)
            let effective = try capabilities("CapEff", status)
            let excess = (permitted | effective) & ~kept
            let lost = had & kept & ~effective
            #expect(excess == 0 && lost == 0, "\(status)")
            let regained = try capabilities("CapInh", status) | capabilities("CapAmb", status)
            #expect(regained == 0, "\(status)")
            guard had & bounding != 0 else { continue }
            let reachable = try capabilities("CapBnd", status) & ~kept
            #expect(reachable == 0, "\(status)")
        }
    }

    /// The lines of proc_pid_status(5) by their names; `nil` if there is no such process, or thread.
    private static func status(of process: String) -> [String: String]? {
        guard let contents = FileManager.default.contents(atPath: "/proc/\(process)/status") else { return nil }
        var fields: [String: String] = [:]
        for line in String(decoding: contents, as: UTF8.self).split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.count == 2 { fields[String(parts[0])] = parts[1].trimmingCharacters(in: .whitespaces) }
        }
        return fields
    }

    private static func capabilities(_ set: String, _ status: [String: String]) throws -> UInt64 {
        try #require(status[set].flatMap { UInt64($0, radix: 16) }, "\(status)")
    }
}
