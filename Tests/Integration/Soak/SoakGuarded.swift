import Foundation
import Support

/// Files that are all old, of which a guard lets nobody take so many, and which one task could take that is
/// never run: nothing of them ever goes.
struct SoakGuarded: SoakSource {
    /// More than `max_items` of the one task allows, and as many as the share of the other one is counted from.
    private static let count = 30
    private static let day = 86_400
    let things = [SoakThings("guarded_share", isHeld: true)]
    let folder: String

    init(_ folder: String) throws {
        self.folder = folder + "/guarded"
        try FileManager.default.createDirectory(atPath: self.folder, withIntermediateDirectories: true)
        // All of them before the first plan: one of a few files would be let through.
        let names = (1...Self.count).map { "\($0).old" }
        things[0].expect(names, due: SoakThings.never)
        for name in names { try write(name) }
        things[0].made(names)
    }

    func make(_ number: Int, _ random: inout SeededGenerator) async throws {
        guard makesKept(number) else { return }
        let name = "more-\(number).old"
        try await make([name], due: SoakThings.never) { try write(name) }
    }

    func look() async throws -> [Set<String>] {
        [Set(try FileManager.default.contentsOfDirectory(atPath: folder))]
    }

    private func write(_ name: String) throws {
        let path = "\(folder)/\(name)"
        try Data("\(name)\n".utf8).write(to: URL(fileURLWithPath: path))
        let yesterday = timespec(tv_sec: time(nil) - Self.day, tv_nsec: 0)
        guard utimensat(AT_FDCWD, path, [yesterday, yesterday], 0) == 0 else {
            throw SupportError("utimensat: \(String(cString: strerror(errno)))")
        }
    }
}
