import CLinux

/// An original under its private name, as a kill between the last two steps of an archive leaves it.
///
/// It is removed only beside an archive that holds exactly its bytes: a process that had it open may have written since.
package enum GzipCaptured {
    package enum End: Sendable, Equatable {
        case removed
        /// No archive holds it; it has this name now, which no sweep takes.
        case kept([UInt8])
    }

    /// Blocking. Throws with nothing changed, such as `.open` while somebody has the file open for writing.
    /// - Parameters:
    ///   - directory: an open directory; stays the caller's.
    ///   - name: of the captured original.
    ///   - archives: names in the same directory among which its archive would be.
    package static func settle(directory: Int32, name: [UInt8], archives: [[UInt8]]) throws(GzipError) -> End {
        let name = try GzipName(name)
        let source = try GzipSource(capturedAs: name, in: directory)
        let compression = GzipCompression(level: 1, library: .zlib, isCancelled: { false })
        for archive in archives {
            guard try isArchive(GzipName(archive), of: source, compression) else { continue }
            try source.requireUnwritten(under: name)
            let result = clinux_unlink(directory, name.terminated, false)
            guard result >= 0 else { throw .call("remove \(name.quoted)", result) }
            return .removed
        }
        return .kept(try release(name, in: directory).bytes)
    }

    /// Makes it visible, by a name that is never swept.
    static func release(_ captured: GzipName, in directory: Int32) throws(GzipError) -> GzipName {
        let other = try GzipNames.kept(captured)
        let result = clinux_rename_noreplace(directory, captured.terminated, other.terminated)
        guard result >= 0 else { throw .call("rename \(captured.quoted) to \(other.quoted)", result) }
        return other
    }

    /// An archive has its original's owner and time; only what has both is read.
    private static func isArchive(
        _ name: GzipName,
        of source: borrowing GzipSource,
        _ compression: borrowing GzipCompression
    ) throws(GzipError) -> Bool {
        guard let state = try GzipFileState.ofEntry(name, in: source.directory), state.isRegular, state.links == 1,
            state.modified == source.state.modified, state.user == source.state.user
        else { return false }
        return try compression.holdsDurably(name, state, exactly: source)
    }
}
