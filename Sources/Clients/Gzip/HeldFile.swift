import CLinux

/// A file that is copied elsewhere before it goes: the very one that was planned, held while it is read.
///
/// It is locked, and under a read lease where the file system has them: whoever wants to write waits for us and shows, so
/// that we can step back. For one thread.
package final class HeldFile {
    let source: GzipSource
    /// To read it renews its time of access: so it is for those who neither own it nor are root.
    package let leavesTrace: Bool

    /// Takes hold of it. Blocking.
    /// - Parameters:
    ///   - directory: an open directory; stays the caller's.
    ///   - name: an entry's name, bytes.
    ///   - expected: what the entry must be.
    ///   - checkOpen: `true` = a file of which nobody can tell whether it is open for writing is not taken, either.
    /// - Throws: `.gone`, `.changed`, `.hardLinked`, `.open` while somebody writes to it, and what the system says.
    package init(
        directory: Int32,
        name: [UInt8],
        expected: GzipArchiver.Expected,
        checkOpen: Bool
    ) throws(GzipError) {
        let source = try GzipSource(
            directory: directory,
            name: GzipName(name),
            expected: expected,
            checkOpen: checkOpen
        )
        leavesTrace = clinux_keep_atime(source.descriptor.raw) < 0
        self.source = source
    }

    /// Bytes of its contents.
    package var size: Int64 { source.state.size }

    /// When it was written: seconds since 1970, and nine digits behind the point.
    package var modified: (seconds: Int64, nanoseconds: Int64) {
        let modified = source.state.modified
        return (modified.seconds, modified.nanoseconds)
    }

    /// When anything about it changed last, in seconds since 1970.
    package var lastChange: Int64 { source.state.changed.seconds }

    /// Somebody wants to write to it, and waits until it is let go.
    package var isDisturbed: Bool {
        do throws(GzipError) {
            try source.requireUndisturbed()
            return false
        } catch {
            // Whoever goes on meets the same error, with its words.
            return true
        }
    }

    /// Throws `.open` once somebody wants to write to it.
    package func requireUndisturbed() throws(GzipError) { try source.requireUndisturbed() }

    /// Throws `.cancelled` once the copy is, and `.open` once somebody wants to write to it.
    package func requireGoingOn(_ isCancelled: () -> Bool) throws(GzipError) {
        guard !isCancelled() else { throw .copyCancelled(source.name) }
        try source.requireUndisturbed()
    }

    /// Throws unless its name still stands for it, and nothing about it has changed.
    package func requireUnchanged() throws(GzipError) { try source.requireUnchanged() }

    /// The first bytes of its contents.
    package func beginning(_ count: Int) throws(GzipError) -> [UInt8] {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 8)
        defer { buffer.deallocate() }
        return Array(try read(into: buffer, at: 0))
    }

    /// Fills `buffer`; fewer bytes mean that the file ends there.
    /// - Returns: the part that was filled.
    func read(
        into buffer: UnsafeMutableRawBufferPointer,
        at offset: Int64
    ) throws(GzipError) -> UnsafeRawBufferPointer {
        let count = clinux_read_at(source.descriptor.raw, buffer.baseAddress, buffer.count, offset)
        guard count >= 0 else { throw .call("read \(source.name.quoted)", count) }
        return UnsafeRawBufferPointer(rebasing: buffer[..<Int(count)])
    }

    /// Why it is not what it was.
    var changed: GzipError { source.changed }
}

/// What identifies the contents of a file: two files with equal values are equal.
package struct FileContents: Sendable, Equatable {
    package let count: Int64
    /// In hexadecimal digits.
    package let sha256: String

    init(_ contents: GzipContents) {
        count = contents.count
        sha256 = Hexadecimal.text(contents.sha256)
    }
}
