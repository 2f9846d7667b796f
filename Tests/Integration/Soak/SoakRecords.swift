import Foundation
import Support

/// Entries of a JSON file with a file each, which goes with them; their owner holds the lock of the file when it writes.
struct SoakRecords: SoakSource {
    static let age = 4.0
    let things = [SoakThings("tokens"), SoakThings("tokens", resource: "token_audio")]
    let pattern: String? = "r[0-9]+-[0-9]+[.]t"
    let folder: String

    private var file: String { folder + "/tokens/tokens.json" }

    init(_ folder: String) throws {
        self.folder = folder
        for name in ["tokens", "audio"] {
            try FileManager.default.createDirectory(atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
        }
        try Data("{\"tokens\": {}}".utf8).write(to: URL(fileURLWithPath: file))
    }

    func make(_ number: Int, _ random: inout SeededGenerator) async throws {
        let names = (0..<3).map { "r\(number)-\($0).t" }
        try await add(names, due: SoakSchedule.due(after: Self.age), time: Self.milliseconds())
        if makesKept(number) {
            try await add(["kept-\(number)"], due: SoakThings.never, time: 4_000_000_000_000)
        }
        guard let (name, _) = things[0].pick(&random, where: { $0.due.timeIntervalSinceNow > 0 }) else { return }
        let before = Date()
        let isThere = try await change { tokens in
            guard var token = tokens[name] as? [String: Any] else { return false }
            token["created_at"] = Self.milliseconds()
            tokens[name] = token
            return true
        }
        guard isThere else { return }
        let due = SoakSchedule.due(after: Self.age, since: before)
        things[0].change(name, due: due)
        things[1].change(name + ".wav", due: due)
    }

    func look() async throws -> [Set<String>] {
        // What is owned goes first.
        let audio = Set(try FileManager.default.contentsOfDirectory(atPath: folder + "/audio"))
        return [Set(try Self.tokens(Data(contentsOf: URL(fileURLWithPath: file))).keys), audio]
    }

    private func add(_ names: [String], due: Date, time: Int) async throws {
        let files = names.map { $0 + ".wav" }
        try await make(files, due: due, of: things[1]) {
            for file in files { try Data(count: 1_000).write(to: URL(fileURLWithPath: "\(folder)/audio/\(file)")) }
        }
        try await make(names, due: due) {
            _ = try await change { tokens in
                for name in names { tokens[name] = ["created_at": time, "audio": name + ".wav"] as [String: Any] }
                return true
            }
        }
    }

    private static func milliseconds() -> Int { Int(Date().timeIntervalSince1970 * 1000) }

    private static func tokens(_ data: Data) throws -> [String: Any] {
        let whole = try JSONSerialization.jsonObject(with: data) as? [String: Any]
        guard let tokens = whole?["tokens"] as? [String: Any] else { throw SupportError("no tokens") }
        return tokens
    }

    /// Under the lock of the file that has the name, by a new file with the name.
    private func change(_ edit: @escaping @Sendable (inout [String: Any]) -> Bool) async throws -> Bool {
        let file = file
        return try await onThread {
            while true {
                let descriptor = open(file, O_RDWR | O_CLOEXEC)
                guard descriptor >= 0 else { throw SupportError("open: \(errno)") }
                defer { close(descriptor) }
                guard flock(descriptor, LOCK_EX) == 0 else { throw SupportError("flock: \(errno)") }
                var locked = stat()
                var named = stat()
                guard fstat(descriptor, &locked) == 0, stat(file, &named) == 0 else { throw SupportError("\(errno)") }
                guard locked.st_ino == named.st_ino else { continue }
                var tokens = try Self.tokens(Data(contentsOf: URL(fileURLWithPath: file)))
                guard edit(&tokens) else { return false }
                let whole = try JSONSerialization.data(withJSONObject: ["tokens": tokens], options: .sortedKeys)
                let next = file + ".next"
                try whole.write(to: URL(fileURLWithPath: next))
                guard rename(next, file) == 0 else { throw SupportError("rename: \(errno)") }
                return true
            }
        }
    }
}

/// A cache below a quota: the oldest go, down to half of it. It grows by as much at a time as goes from half of its limit to
/// nine tenths, and then above the limit: one that comes near by and by has an alert of its own, in health as well.
struct SoakCache: SoakSource {
    static let size = 20_480
    static let limit = 20
    static let goal = 10
    private static let pinned = 2
    private static let growth = goal - pinned
    let things = [SoakThings("cache", isByQuota: true)]
    let pattern: String? = "c[0-9]+-[0-9]+[.]bin"
    let folder: String

    init(_ folder: String) throws {
        self.folder = folder + "/cache"
        try FileManager.default.createDirectory(atPath: self.folder, withIntermediateDirectories: true)
    }

    func make(_ number: Int, _ random: inout SeededGenerator) async throws {
        if number == 1 {
            let kept = (0..<Self.pinned).map { "pinned-\($0).bin" }
            try await make(kept, due: SoakThings.never) { for name in kept { try write(name) } }
        }
        guard number.isMultiple(of: 4) else { return }
        func names(_ number: Int) -> [String] { (0..<Self.growth).map { "c\(number)-\($0).bin" } }
        // What is older than these goes when there is too much.
        for name in number > 4 ? names(number - 4) : [] { things[0].change(name, due: Date()) }
        try await make(names(number), due: SoakThings.never) { for name in names(number) { try write(name) } }
    }

    func look() async throws -> [Set<String>] {
        [Set(try FileManager.default.contentsOfDirectory(atPath: folder))]
    }

    private func write(_ name: String) throws {
        try Data(count: Self.size).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
    }
}
