import Foundation
import Support
import Testing

/// A folder that is cleaned, and one beside it that nobody may touch, for a program that the kernel keeps to its places.
struct ContainedWorld {
    /// As `hostile.c` names them: what could change a file of the folder outside, or make one.
    private static let ways = [
        "unlink", "dotdot", "magic", "rmdir", "overwrite", "cut", "truncate", "create", "mkdir", "symlink", "mkfifo",
        "take", "hardlink", "rename", "thread", "child",
    ]
    /// What changes the view of the file system, or goes by no path.
    private static let views = ["mount", "chroot", "unshare", "handle"]
    private static let canaries = [
        "unlink", "dotdot", "magic", "overwrite", "cut", "truncate", "take", "hardlink", "over", "rename", "thread",
        "child", "handle",
    ]
    /// What the kernel says to them.
    private static let refusals: Set = ["EACCES", "EPERM", "EXDEV", "EOPNOTSUPP"]

    let folder: URL
    var cleanupd: CleanupdProcess

    /// What is cleaned.
    var root: URL { folder.appendingPathComponent("data") }
    /// What nobody may touch.
    var outside: URL { folder.appendingPathComponent("outside") }

    func with(_ containment: String) -> ContainedWorld {
        var other = self
        other.cleanupd.environment["CLEANUPD_CONTAINMENT"] = containment
        return other
    }

    /// The program, whose remover is taken over in a debug build and goes for what lies outside.
    func takenOver(_ containment: String) -> CleanupdProcess {
        var taken = with(containment).cleanupd
        taken.environment["CLEANUPD_HOSTILE"] = outside.path
        return taken
    }

    func write(roots: [String: String], schedule: String = "schedule: \"0 0 1 1 *\"") throws {
        let connections = roots.map { "  \($0): { url: \"file://\($1)\", optional: true }" }
        let tasks = roots.keys.map {
            "  \($0): { files: { in: \($0) }, remove: { older_than: 1d } }"
        }
        let text = """
            state: "sqlite:\(folder.path)/state/state.db"
            http: { listen: "127.0.0.1:0" }
            connections:
            \(connections.joined(separator: "\n"))
            cycles: { often: { \(schedule), tasks: [\(roots.keys.joined(separator: ", "))] } }
            tasks:
            \(tasks.joined(separator: "\n"))
            """
        try Data(text.utf8).write(to: folder.appendingPathComponent("cleanup.yaml"))
    }

    /// Two old files and a young one.
    func fill(_ root: URL) throws {
        let manager = FileManager.default
        try manager.createDirectory(at: root.appendingPathComponent("tmp"), withIntermediateDirectories: true)
        for name in ["old-1", "old-2", "young"] {
            let file = root.appendingPathComponent("tmp/\(name)")
            try Data("x".utf8).write(to: file)
            guard name != "young" else { continue }
            let old = Date(timeIntervalSinceNow: -10 * 86_400)
            try manager.setAttributes([.modificationDate: old], ofItemAtPath: file.path)
        }
    }

    /// Lends one, whose service cleans by that schedule.
    static func with(
        schedule: String = "schedule: \"0 0 1 1 *\"",
        _ body: (ContainedWorld) async throws -> Void
    ) async throws {
        try await withTemporaryDirectory { folder in
            let configuration = folder.appendingPathComponent("cleanup.yaml").path
            let cleanupd = CleanupdProcess(environment: ["CLEANUPD_CONFIG": configuration])
            let world = ContainedWorld(folder: folder, cleanupd: cleanupd)
            let manager = FileManager.default
            for place in ["state", "books", "outside", "outside/rmdir"] {
                let url = folder.appendingPathComponent(place)
                try manager.createDirectory(at: url, withIntermediateDirectories: false)
            }
            for name in canaries {
                try Data("keep me".utf8).write(to: world.outside.appendingPathComponent(name))
            }
            try world.fill(world.root)
            try world.write(roots: ["data": world.root.path], schedule: schedule)
            try await body(world)
        }
    }

    /// What a remover that was taken over was told, by the way that it tried.
    static func answers(in lines: [String]) -> [String: String] {
        var answers: [String: String] = [:]
        for line in lines where line.hasPrefix("hostile ") {
            let words = line.dropFirst("hostile ".count).split(separator: " ")
            if words.count == 2 { answers[String(words[0].dropLast())] = String(words[1]) }
        }
        #expect(lines.contains("hostile end"), "the fault points are not in this build")
        return answers
    }

    /// Each way was tried and refused, and changed nothing.
    /// - Parameter before: what lay outside before the attack.
    func expectContained(_ answers: [String: String], before: Manifest) throws {
        #expect(try Manifest(of: outside) == before)
        for way in Self.ways + Self.views {
            let answer = answers[way]
            #expect(answer.map(Self.refusals.contains) == true, "\(way): \(answer ?? "not tried")")
        }
        // It does what it is for all the while, and is told whether its clock is synchronised.
        #expect(answers["clock"] == "done")
        #expect(try Manifest(of: root).entries.keys.sorted() == ["tmp", "tmp/young"])
    }

    /// Each way was tried and led outside: the attack is one.
    /// - Parameter before: what lay outside before the attack.
    func expectUncontained(_ answers: [String: String], before: Manifest) throws {
        for way in Self.ways { #expect(answers[way] == "done", "\(way): \(answers[way] ?? "not tried")") }
        let (removed, added, changed) = try Manifest(of: outside).difference(from: before)
        #expect(removed.isSuperset(of: ["unlink", "dotdot", "magic", "rmdir", "take", "over", "thread", "child"]))
        #expect(added == ["created", "made", "link", "fifo"])
        #expect(changed.isSuperset(of: ["overwrite", "cut", "truncate", "rename"]))
    }
}
