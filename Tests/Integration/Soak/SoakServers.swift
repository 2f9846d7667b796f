import Foundation
import Support

/// Objects of a bucket, of which some are written anew before their time.
struct SoakObjects: SoakSource {
    static let age = 4.0
    /// The beginning of those that are to be kept.
    static let kept = "old/keep-"
    let things = [SoakThings("objects")]
    let pattern: String? = "old/[0-9]+-[0-9]+[.]o"
    let bucket: S3TestBucket

    func make(_ number: Int, _ random: inout SeededGenerator) async throws {
        let names = ["old/\(number)-1.o", "old/\(number)-2.o"]
        try await make(names, due: Self.due()) { try await put(names) }
        if makesKept(number) {
            let kept = ["\(Self.kept)\(number)", "other/\(number)"]
            try await make(kept, due: SoakThings.never) { try await put(kept) }
        }
        // One that has gone would come back.
        guard let (name, _) = things[0].pick(&random, where: { $0.due.timeIntervalSinceNow > 1.5 }) else { return }
        let due = Self.due()
        try await put([name])
        things[0].change(name, due: due)
    }

    func look() async throws -> [Set<String>] {
        let bucket = bucket
        return [try await onThread { try bucket.keys() }.subtracting(["ready"])]
    }

    /// Its time is a whole second, cut off.
    private static func due() -> Date {
        Date(timeIntervalSince1970: Date().timeIntervalSince1970.rounded(.down) + age)
    }

    private func put(_ names: [String]) async throws {
        let bucket = bucket
        try await onThread { for name in names { try bucket.put(name, "contents of \(name)") } }
    }
}

/// Containers: ended ones, such that run, and such that are to be kept.
struct SoakContainers: SoakSource {
    static let age = 3.0
    /// How long one of those runs that do not end at once.
    private static let work = 120.0
    let things = [SoakThings("containers")]
    let engine: DockerTestServer

    func make(_ number: Int, _ random: inout SeededGenerator) async throws {
        guard number % 3 == 1 else { return }
        let ended = "soak-\(number)"
        try await make([ended], due: SoakSchedule.due(after: Self.age)) { _ = try await engine.makeEnded(ended) }
        if number % 30 == 1 {
            let runs = "soak-running-\(number)"
            try await make([runs], due: SoakSchedule.due(after: Self.work + Self.age)) {
                try await engine.start(try await engine.create(runs, work: .sleep))
            }
        }
        if number % 12 == 1, makesKept(number) {
            let kept = "soak-kept-\(number)"
            try await make([kept], due: SoakThings.never) {
                _ = try await engine.makeEnded(kept, labels: ["keep": "for good"])
            }
            try await make(["other-\(number)"], due: SoakThings.never) {
                _ = try await engine.create("other-\(number)")
            }
        }
    }

    func look() async throws -> [Set<String>] { [try await engine.names()] }
}

/// Keys of a Redis by the time in a field, which their owners set anew.
struct SoakKeys: SoakSource {
    static let age = 4.0
    let things = [SoakThings("keys")]
    let pattern: String? = "job:[0-9]+-[0-9]+:k"
    let redis: RedisServer

    func make(_ number: Int, _ random: inout SeededGenerator) async throws {
        let names = (0..<6).map { "job:\(number)-\($0):k" }
        try await make(names, due: SoakSchedule.due(after: Self.age)) { try await set(names) }
        if makesKept(number) {
            let kept = ["job:pinned-\(number)", "other:\(number)"]
            try await make(kept, due: SoakThings.never) { try await set(kept) }
        }
        guard let (name, _) = things[0].pick(&random) else { return }
        let before = Date()
        let script = """
            if redis.call('EXISTS', KEYS[1]) == 0 then return 'gone' end
            redis.call('HSET', KEYS[1], 'at', ARGV[1])
            return 'young'
            """
        let answer = try await redis.command("EVAL", script, "1", name, Self.milliseconds())
        if answer == "young" {
            things[0].change(name, due: SoakSchedule.due(after: Self.age, since: before))
        } else if answer != "gone" {
            throw SupportError("Redis says \(answer)")
        }
    }

    func look() async throws -> [Set<String>] {
        let answer = try await redis.command("EVAL", "return table.concat(redis.call('KEYS', '*'), ' ')", "0")
        guard !answer.contains("rror"), !answer.contains("onnect") else { throw SupportError("Redis says \(answer)") }
        return [Set(answer.split(separator: " ").map(String.init).filter { !$0.hasPrefix("{") })]
    }

    /// How often the server has let a key go. It lives through all of it, and nobody else asks for that.
    func unlinked() async throws -> Int {
        let prefix = "cmdstat_unlink:calls="
        let lines = try await redis.command("INFO", "commandstats").split(whereSeparator: \.isNewline)
        guard let line = lines.first(where: { $0.hasPrefix(prefix) }) else { return 0 }
        guard let count = Int(line.dropFirst(prefix.count).prefix { $0.isNumber }) else {
            throw SupportError("Redis says \(line)")
        }
        return count
    }

    private func set(_ names: [String]) async throws {
        let list = names.map { "'\($0)'" }.joined(separator: ", ")
        let text = """
            for _, name in ipairs({\(list)}) do redis.call('HSET', name, 'at', '\(Self.milliseconds())') end
            return 'set'
            """
        let answer = try await redis.command("EVAL", text, "0")
        guard answer == "set" else { throw SupportError("Redis says \(answer)") }
    }

    private static func milliseconds() -> String { "\(Int(Date().timeIntervalSince1970 * 1000))" }
}
