import Foundation
import Support

/// Looks all the time at whether the machine itself stands still, because others use it as well: leases end and runs
/// are cut off by that too, without a fault that was made.
struct SoakMachine: Sendable {
    /// A third of a lease of the soak, and the share of processors that others took, from which on it is noted.
    private static let standstill = SoakSchedule.lease / 3
    private static let stolen = 0.4

    /// Processors' time since the machine began, in ticks.
    private struct Ticks {
        var all = 0.0
        var stolen = 0.0
    }

    let log: SoakFaultLog
    /// On the disk that the servers of the soak write to as well.
    private let folder: TemporaryFolder

    init(_ log: SoakFaultLog) throws {
        self.log = log
        folder = try TemporaryFolder()
    }

    /// Looks as long as the body works.
    func watched(_ body: @escaping @Sendable () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await watch() }
            group.addTask { try await body() }
            try await group.next()
            group.cancelAll()
        }
    }

    private func watch() async throws {
        var before = try Self.ticks()
        while true {
            let (begin, clock) = (Date(), ContinuousClock.now)
            try await Task.sleep(for: .seconds(1))  // banned-ok: the pace of the looks
            try await onThread { try Self.write(folder.file("look")) }
            let late = (clock.duration(to: .now) - .seconds(1)) / .seconds(1)
            let now = try Self.ticks()
            let share = (now.stolen - before.stolen) / max(1, now.all - before.all)
            before = now
            if late > Self.standstill || share > Self.stolen { log.note(.machineStarved, from: begin, to: Date()) }
        }
    }

    private static func write(_ file: String) throws {
        let descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        defer { if descriptor >= 0 { close(descriptor) } }
        guard descriptor >= 0, Foundation.write(descriptor, "look", 4) == 4, fsync(descriptor) == 0 else {
            throw SupportError("cannot write \(file): \(String(cString: strerror(errno)))")
        }
    }

    /// The first line of /proc/stat: proc_stat(5).
    private static func ticks() throws -> Ticks {
        let text = try String(contentsOfFile: "/proc/stat", encoding: .utf8)
        let values = text.prefix { $0 != "\n" }.split(separator: " ").dropFirst().compactMap { Double($0) }
        guard values.count >= 8 else { throw SupportError("/proc/stat has no time that others took") }
        return Ticks(all: values.prefix(8).reduce(0, +), stolen: values[7])
    }
}
