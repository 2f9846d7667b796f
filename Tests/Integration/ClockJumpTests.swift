import Foundation
import Support
import Testing

/// F15, with the real binary: its wall clock jumps by seconds to fifty years, to and fro, from run to run. What goes is what
/// a few lines say; what must stay stays by any clock.
@Suite(.timeLimit(.minutes(Scale.minutes(10))), .tags(.f15))
struct ClockJumpTests {
    private static let day = 86_400.0
    /// What a clock may gain without being doubted.
    private static let tolerance = 300.0
    private static let configuration = """
        state: "sqlite:state.db"
        connections: { data: { url: "file://${DIR}/data", protect: ["protected-*"] } }
        tasks:
          files:
            files: { in: data, match: ["*.dat"] }
            remove: { older_than: 10d }
            keep: { last: 3 }
        """

    @Test func whateverTheClockSaysOnlyWhatIsOldByABelievedOneGoes() async throws {
        let seed = Scale.seed(115)
        var random = SeededGenerator(seed: seed)
        var ends: [Int32: Int] = [:]
        try await withShiftedClock(seconds: 0) { clock in
            for history in 0..<Scale.rounds(8, nightly: 400) {
                try await withTemporaryDirectory { folder in
                    let ages = try Self.fill(folder, &random)
                    var there = Set(ages.keys)
                    var trusted = 0.0
                    var told: [String] = []
                    for jump in 0..<5 {
                        // The first run is by the right clock, as whatever it meets first is believed.
                        let offset = jump == 0 ? 0 : Self.offset(&random)
                        let gained = offset - trusted
                        // What a run lasts must not decide.
                        guard abs(gained - Self.tolerance) > 60 else { continue }
                        let isBelieved = gained <= Self.tolerance
                        if isBelieved {
                            there.subtract(Self.due(ages.filter { there.contains($0.key) }, offset))
                            trusted = offset
                        }
                        try clock.set(seconds: Int64(offset))
                        let run = try await Self.run(folder, clock)
                        told.append("\(Int(offset)) s: \(run.code)")
                        ends[run.code, default: 0] += 1
                        let when = "history \(history), seed \(seed): \(told)"
                        #expect(run.code == (isBelieved ? 0 : 4), "\(when): \(run.errorText)")
                        let left = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/data")
                        #expect(Set(left) == there, "\(when): \(Set(left).symmetricDifference(there).sorted())")
                    }
                }
            }
            #expect(ends[0, default: 0] > 0 && ends[4, default: 0] > 0, "seed \(seed)")
        }
    }

    /// By the rules of docs/safety.md: older than ten days, not among the newest three that the clock does not take for
    /// things of the future, not protected.
    private static func due(_ ages: [String: Double], _ offset: Double) -> Set<String> {
        let candidates = ages.filter { $0.key.hasSuffix(".dat") && !$0.key.hasPrefix("protected-") }
        let past = candidates.filter { $0.value + offset >= 0 }
        let newest = past.sorted { $0.value < $1.value }.prefix(3).map(\.key)
        return Set(past.filter { $0.value + offset > 10 * day }.keys).subtracting(newest)
    }

    /// A file for each day, of which some are protected; never so near to a limit that the time of a run matters.
    /// - Returns: ages in seconds by name.
    private static func fill(_ folder: URL, _ random: inout SeededGenerator) throws -> [String: Double] {
        try Data(configuration.utf8).write(to: folder.appendingPathComponent("cleanup.yaml"))
        let data = folder.appendingPathComponent("data")
        try FileManager.default.createDirectory(at: data, withIntermediateDirectories: true)
        var ages: [String: Double] = [:]
        for number in 1...20 {
            let kind = random.oneIn(6) ? "protected-" : ""
            let name = "\(kind)\(number).\(random.oneIn(8) ? "txt" : "dat")"
            let age = (Double(number) - 0.5) * day
            try Data(name.utf8).write(to: data.appendingPathComponent(name))
            let date = Date(timeIntervalSinceNow: -age)
            let path = data.appendingPathComponent(name).path
            try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: path)
            ages[name] = age
        }
        return ages
    }

    /// Small ones, hours, whole days or years, before and behind.
    private static func offset(_ random: inout SeededGenerator) -> Double {
        let sign = random.oneIn(2) ? -1.0 : 1
        switch Int.random(in: 0..<4, using: &random) {
        case 0: return sign * Double.random(in: 1...60, using: &random).rounded()
        case 1: return sign * Double.random(in: 1_000...20_000, using: &random).rounded()
        case 2: return sign * Double.random(in: 1...30, using: &random).rounded() * day
        default: return sign * Double.random(in: 1...50, using: &random).rounded() * 365 * day
        }
    }

    private static func run(_ folder: URL, _ clock: ShiftedClock) async throws -> Command.Result {
        let own = ["CLEANUPD_CONFIG": folder.appendingPathComponent("cleanup.yaml").path, "DIR": folder.path]
        let cleanupd = CleanupdProcess(environment: own.merging(clock.environment) { $1 })
        return try await cleanupd.run("run", "--force", "files")
    }
}
