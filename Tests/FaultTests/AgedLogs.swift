import Foundation
import Support
import Testing

/// A folder of logs, a third of them young, a third to be compressed and a third to be removed.
struct AgedLogs {
    /// What a task makes of a log that compresses after a week and removes after a month.
    enum Fate: CaseIterable {
        case stays, compressed, removed

        var ageInDays: Double {
            switch self {
            case .stays: 1
            case .compressed: 10
            case .removed: 40
            }
        }
    }

    let folder: URL
    let count: Int

    /// Makes the folder and fills it.
    init(in folder: URL, count: Int, now: Date) throws {
        self.folder = folder
        self.count = count
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for index in 0..<count {
            let file = folder.appending(path: Self.name(index))
            try Self.content(index).write(to: file)
            let date = now.addingTimeInterval(-Self.fate(index).ageInDays * 86_400)
            try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: file.path)
        }
    }

    static func name(_ index: Int) -> String { "log-\(index).log" }

    static func fate(_ index: Int) -> Fate { Fate.allCases[index % Fate.allCases.count] }

    /// Up to 80 lines of it.
    static func content(_ index: Int) -> Data {
        Data(String(repeating: "a line of the log \(index)\n", count: 1 + index * 7 % 80).utf8)
    }

    /// How many of those that are due have gone so far, and how many have an archive in their place.
    func done() throws -> (removed: Int, compressed: Int) {
        let names = try names()
        let gone = (0..<count).filter { !names.contains(Self.name($0)) }
        return (
            gone.count { Self.fate($0) == .removed },
            gone.count { Self.fate($0) == .compressed && names.contains(Self.name($0) + ".gz") }
        )
    }

    // MARK: What must hold

    /// At any instant: each log that stays is whole, and each that is to be compressed too, or its archive is.
    func expectNothingLost(_ when: String) throws {
        let names = try names().sorted()
        for index in 0..<count where Self.fate(index) != .removed {
            let path = folder.appending(path: Self.name(index)).path
            if FileManager.default.contents(atPath: path) == Self.content(index) { continue }
            let hasArchive = try Self.fate(index) == .compressed && hasArchive(index)
            #expect(hasArchive, "\(when): \(Self.name(index)) is lost; there are \(names)")
        }
    }

    /// After a run that ended: all that is due is done, nothing else has changed, and no other file lies there.
    func expectDone(_ when: String) throws {
        try expectNothingLost(when)
        let expected = (0..<count).compactMap { index -> String? in
            switch Self.fate(index) {
            case .stays: Self.name(index)
            case .compressed: Self.name(index) + ".gz"
            case .removed: nil
            }
        }
        let names = try names()
        #expect(names == Set(expected), "\(when): \(names.symmetricDifference(expected).sorted())")
    }

    private func names() throws -> Set<String> { Set(try FileManager.default.contentsOfDirectory(atPath: folder.path)) }

    /// By an independent reader.
    private func hasArchive(_ index: Int) throws -> Bool {
        let path = folder.appending(path: Self.name(index) + ".gz").path
        guard FileManager.default.fileExists(atPath: path) else { return false }
        return try GzipReader.read(path) == Self.content(index)
    }
}
