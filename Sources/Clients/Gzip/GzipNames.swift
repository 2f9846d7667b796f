/// How compression calls files: what it makes of them, and what it needs on the way.
package enum GzipNames {
    private static let archiveEnding = ".gz"
    private static let unfinishedEnding = ".gz.part"
    private static let capturedEnding = ".orig.part"
    private static let keptEnding = ".kept"
    private static let temporaryEnding = ".part"
    private static let beginning = ".cleanupd-"

    /// `NAME.gz`.
    package static func archive(of name: some Sequence<UInt8>) -> [UInt8] { Array(name) + Array(archiveEnding.utf8) }

    /// NAME of `NAME.gz`, or a path that ends in it; `nil` if it is no archive's.
    package static func original(of name: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        guard isArchive(name) else { return nil }
        return UnsafeRawBufferPointer(rebasing: name.dropLast(archiveEnding.utf8.count))
    }

    package static func isArchive(_ name: UnsafeRawBufferPointer) -> Bool {
        name.count > archiveEnding.utf8.count && ends(name, archiveEnding)
    }

    /// What the sweep at start knows as ours: `.cleanupd-….part`.
    package static func isTemporary(_ name: UnsafeRawBufferPointer) -> Bool {
        name.count > beginning.utf8.count + temporaryEnding.utf8.count && name.starts(with: beginning.utf8)
            && ends(name, temporaryEnding)
    }

    /// An archive in the making; worthless once its process is gone.
    package static func isUnfinished(_ name: UnsafeRawBufferPointer) -> Bool { ends(name, unfinishedEnding) }

    /// An original on its way out; see `GzipCaptured`.
    package static func isCaptured(_ name: UnsafeRawBufferPointer) -> Bool {
        name.starts(with: beginning.utf8) && ends(name, capturedEnding)
    }

    static func unfinished(run: String, number: UInt64) throws(GzipError) -> GzipName {
        try GzipName(Array("\(beginning)\(run)-\(number)\(unfinishedEnding)".utf8))
    }

    static func captured(run: String, number: UInt64) throws(GzipError) -> GzipName {
        try GzipName(Array("\(beginning)\(run)-\(number)\(capturedEnding)".utf8))
    }

    /// `.cleanupd-RUN-N.orig.part` becomes `cleanupd-RUN-N.kept`: visible, and never swept.
    static func kept(_ captured: GzipName) throws(GzipError) -> GzipName {
        let stem = captured.bytes.dropFirst().dropLast(capturedEnding.utf8.count)
        return try GzipName(Array(stem) + Array(keptEnding.utf8))
    }

    private static func ends(_ name: UnsafeRawBufferPointer, _ ending: String) -> Bool {
        name.suffix(ending.utf8.count).elementsEqual(ending.utf8)
    }
}
