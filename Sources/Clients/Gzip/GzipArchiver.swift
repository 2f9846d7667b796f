/// Replaces files by verified gzip archives of themselves, in place, so that no crash, error or writer loses a byte.
///
/// The order is the safety: open and check, temporary archive, stream, fsync, read back and compare, metadata, check
/// again, rename, fsync of the directory, take the original away, fsync of the directory. At every instant a durable
/// original or a durable verified archive exists. Several threads may archive at once; each uses under 4 MiB of memory.
package struct GzipArchiver: Sendable {
    /// What the file must be: the identity that was planned, as `fstat` tells it.
    package struct Expected: Sendable, Equatable {
        package var inode: UInt64
        /// `st_dev`, that is `makedev(major, minor)`.
        package var device: UInt64
        package var size: Int64
        package var modifiedSeconds: Int64
        package var modifiedNanoseconds: Int64
        package var changedSeconds: Int64
        package var changedNanoseconds: Int64

        package init(
            inode: UInt64,
            device: UInt64,
            size: Int64,
            modifiedSeconds: Int64,
            modifiedNanoseconds: Int64,
            changedSeconds: Int64,
            changedNanoseconds: Int64
        ) {
            self.inode = inode
            self.device = device
            self.size = size
            self.modifiedSeconds = modifiedSeconds
            self.modifiedNanoseconds = modifiedNanoseconds
            self.changedSeconds = changedSeconds
            self.changedNanoseconds = changedNanoseconds
        }
    }

    /// What an archive brought.
    package struct Archived: Sendable, Equatable {
        /// Bytes of the original's contents.
        package let inputBytes: Int64
        /// Bytes of the verified archive.
        package let outputBytes: Int64
        /// Space given back on the disk: blocks of the original less blocks of the archive; negative if it grew.
        package let freedBytes: Int64
        /// For a person: the work is done, but the removal of the original could not be made durable.
        package let warning: String?
    }

    /// The instants at which `observer` is called.
    package enum Step: Sendable {
        /// The archive is complete and durable under the temporary name that is passed.
        case written
        /// The archive is verified, under the same name.
        case verified
        /// The archive is durable under its own name, which is passed; the original is still there.
        case published
        /// The original has the private name that is passed, and is removed next.
        case captured
    }

    /// Is told the step, the directory and the name that matters in it.
    package typealias Observer = @Sendable (Step, _ directory: Int32, _ name: [UInt8]) -> Void

    /// For tests: lets them interfere at a known instant.
    package var observer: Observer?
    private let level: Int32
    private let library: GzipLibrary
    private let run: String

    /// - Parameters:
    ///   - level: 1 (fast) to 9 (small); held within these bounds.
    ///   - runIdentifier: goes into temporary names; all but ASCII letters, digits, `_` and `-` is left out.
    package init(level: Int = 6, library: GzipLibrary = .zlib, runIdentifier: String) {
        self.library = library
        self.level = Int32(min(max(level, 1), 9))
        run = String(
            runIdentifier.unicodeScalars.filter {
                $0.isASCII && ($0.properties.isAlphabetic || $0.properties.numericType != nil || $0 == "_" || $0 == "-")
            }.prefix(64).map(Character.init)
        )
    }

    /// Compresses a file to `NAME.gz` beside it and removes it.
    ///
    /// Blocking. A file that is open for writing is never compressed. If `NAME.gz` is there already and holds exactly
    /// the file (a crash came between the last steps), only the file is removed. The archive gets owner, permissions,
    /// access list, user.* attributes and times of the file; set-id bits and security labels are not carried over.
    /// - Parameters:
    ///   - directory: an open directory; stays the caller's.
    ///   - name: an entry's name, bytes.
    ///   - expected: what the entry must be.
    ///   - checkOpen: `true` = a file of which nobody can tell whether it is open for writing is kept, too.
    ///   - isCancelled: asked every 256 KiB.
    /// - Throws: with the original whole, and no archive of ours left unless it is verified and complete.
    package func archive(
        directory: Int32,
        name: [UInt8],
        expected: Expected,
        checkOpen: Bool,
        isCancelled: @escaping @Sendable () -> Bool = { false }
    ) throws(GzipError) -> Archived {
        let final = try GzipName(GzipNames.archive(of: name))
        let source = try GzipSource(
            directory: directory,
            name: GzipName(name),
            expected: expected,
            checkOpen: checkOpen
        )
        let compression = GzipCompression(level: level, library: library, isCancelled: isCancelled)
        let existing = try GzipFileState.ofEntry(final, in: directory)
        let archive: GzipFileState
        if let existing {
            try requireFinished(existing, final, source, compression)
            archive = existing
        } else {
            archive = try publishNew(final, source, compression)
        }
        let retirement = GzipRetirement(
            archive: final,
            archiveState: archive,
            isNew: existing == nil,
            run: run,
            observer: observer
        )
        return Archived(
            inputBytes: source.state.size,
            outputBytes: archive.size,
            freedBytes: source.state.allocated - archive.allocated,
            warning: try retirement.retire(source)
        )
    }

    /// Everything up to the rename; removes the temporary file if it fails.
    /// - Returns: the archive as it was published.
    private func publishNew(
        _ final: GzipName,
        _ source: borrowing GzipSource,
        _ compression: borrowing GzipCompression
    ) throws(GzipError) -> GzipFileState {
        let temporary = try GzipTemporary(in: source.directory, run: run)
        do throws(GzipError) {
            let written = try compression.compress(source, into: temporary)
            try temporary.synchronise()
            observer?(.written, source.directory, temporary.name.bytes)
            try compression.verify(temporary, of: source, is: written)
            try temporary.copyMetadata(of: source)
            observer?(.verified, source.directory, temporary.name.bytes)
            try source.requireUnchanged()
            let state = try GzipFileState(of: temporary.descriptor, name: temporary.name)
            try temporary.publish(as: final)
            return state
        } catch {
            throw error.adding(temporary.discard())
        }
    }

    /// Throws `.exists` unless the archive that is there is one that an earlier run finished, of exactly this file.
    private func requireFinished(
        _ existing: GzipFileState,
        _ final: GzipName,
        _ source: borrowing GzipSource,
        _ compression: borrowing GzipCompression
    ) throws(GzipError) {
        guard existing.isRegular, existing.links == 1, existing.user == source.state.user else {
            throw .archiveExists(final)
        }
        guard try compression.holdsDurably(final, existing, exactly: source) else { throw .archiveExists(final) }
    }
}
