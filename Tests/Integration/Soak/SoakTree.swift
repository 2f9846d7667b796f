import Foundation
import Support

/// Files that go by age, which others touch, replace, protect and name.
struct SoakTemporaryFiles: SoakSource {
    static let age = 4.0
    let things = [SoakThings("temporary")]
    let pattern: String? = "t[0-9]+-[0-9]+[.]tmp"
    let folder: String
    /// For what takes another's place, on the same file system and not matched by the task.
    let aside: String

    init(_ folder: String) throws {
        self.folder = folder + "/temporary"
        aside = folder + "/aside"
        for path in [self.folder, self.folder + "/protected", aside] {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        }
    }

    func make(_ number: Int, _ random: inout SeededGenerator) async throws {
        let names = (0..<4).map { "t\(number)-\($0).tmp" }
        try await make(names, due: SoakSchedule.due(after: Self.age)) { for name in names { try write(name) } }
        if makesKept(number) {
            let kept = ["keep-\(number).tmp", "protected/\(number).tmp", "\(number).txt"]
            try await make(kept, due: SoakThings.never) { for name in kept { try write(name) } }
        }
        guard let (name, thing) = things[0].pick(&random) else { return }
        let before = Date()
        // Linux has no call that removes a name only if it still means a certain file: see docs/faults.md.
        let isRaced = thing.due.timeIntervalSince(before) < 0.2
        if try random.oneIn(2) ? touch(name) : replace(name) {
            things[0].change(name, due: SoakSchedule.due(after: Self.age, since: before), isRaced: isRaced)
        }
    }

    func look() async throws -> [Set<String>] {
        let manager = FileManager.default
        let protected = try manager.contentsOfDirectory(atPath: folder + "/protected").map { "protected/\($0)" }
        return [Set(try manager.contentsOfDirectory(atPath: folder) + protected).subtracting(["protected"])]
    }

    private func write(_ name: String) throws { try Data("\(name)\n".utf8).write(to: url(name)) }

    private func url(_ name: String) -> URL { URL(fileURLWithPath: "\(folder)/\(name)") }

    /// - Returns: whether it was there.
    private func touch(_ name: String) -> Bool { utimensat(AT_FDCWD, url(name).path, nil, 0) == 0 }

    /// By a new file, in one step.
    /// - Returns: whether it was there.
    private func replace(_ name: String) throws -> Bool {
        let new = "\(aside)/new"
        try Data("another \(name)\n".utf8).write(to: URL(fileURLWithPath: new))
        return Trick.exchangeOnce(new, with: url(name).path)
    }
}

/// Directories that go when no row names them. In each is a link that leads out, to what no task may touch (I1).
struct SoakOrphans: SoakSource {
    static let age = 3.0
    /// Those that are named; the answer must not be less than half of the one before.
    static let named = 30
    let things = [SoakThings("orphans"), SoakThings("outside", isHeld: true)]
    let pattern: String? = "o[0-9]+-[0-9]+[.]d"
    let folder: String
    /// Beneath no root.
    let outside: String
    /// The database with the table `pins`, without a proxy between.
    let database: String

    init(_ folder: String, database: String) throws {
        self.folder = folder + "/orphans"
        self.outside = folder + "-outside"
        self.database = database
        for path in [self.folder, outside] {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        }
        let canaries = (1...10).map { "canary-\($0)" }
        things[1].expect(canaries, due: SoakThings.never)
        for name in canaries { try Data(name.utf8).write(to: URL(fileURLWithPath: "\(outside)/\(name)")) }
        things[1].made(canaries)
    }

    static let schema = """
        CREATE TABLE pins (path text PRIMARY KEY);
        INSERT INTO pins SELECT 'orphans/named-' || n FROM generate_series(1, \(named)) n;
        """

    func make(_ number: Int, _ random: inout SeededGenerator) async throws {
        if number == 1 {
            let named = (1...Self.named).map { "named-\($0)" }
            try await make(named, due: SoakThings.never) { for name in named { try write(name) } }
        }
        let names = ["o\(number)-1.d", "o\(number)-2.d"]
        try await make(names, due: SoakSchedule.due(after: Self.age)) { for name in names { try write(name) } }
        if let (name, thing) = things[0].pick(&random, where: { $0.due.timeIntervalSinceNow > 1 }) {
            try await Command.psql(database, "INSERT INTO pins VALUES ('orphans/\(name)') ON CONFLICT DO NOTHING")
            // A row that came too late does not hold what was planned before it.
            if thing.due.timeIntervalSinceNow > 0.2 { things[0].change(name, due: SoakThings.never) }
        }
        try await unpin(keeping: 4)
    }

    func settle() async throws { try await unpin(keeping: 0) }

    /// All but some are named no more.
    private func unpin(keeping count: Int) async throws {
        let pinned = things[0].there.filter { $0.value.due == SoakThings.never && !$0.key.hasPrefix("named-") }
        let before = Date()
        let names = pinned.keys.sorted().dropLast(count)
        // Before, as nobody knows whether a commit without an answer took place.
        for name in names { things[0].change(name, due: before) }
        let list = (["''"] + names.map { "'orphans/\($0)'" }).joined(separator: ", ")
        let others = count == 0 ? "OR path !~ 'named-'" : ""
        try await Command.psql(database, "DELETE FROM pins WHERE path IN (\(list)) \(others)")
    }

    func look() async throws -> [Set<String>] {
        try [folder, outside].map { Set(try FileManager.default.contentsOfDirectory(atPath: $0)) }
    }

    private func write(_ name: String) throws {
        let path = "\(folder)/\(name)"
        try FileManager.default.createDirectory(atPath: path + "/inner", withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(atPath: path + "/inner/out", withDestinationPath: outside)
        for file in ["a", "inner/b"] { try Data(file.utf8).write(to: URL(fileURLWithPath: "\(path)/\(file)")) }
    }
}
