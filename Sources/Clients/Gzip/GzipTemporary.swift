import CLinux
import Glibc
import Synchronization

/// Numbers temporary names; one sequence for the whole process, so that no two archivers meet.
private let sequence = Atomic<UInt64>(0)

/// The archive under its temporary name, beside the original, until it is published.
struct GzipTemporary: ~Copyable {
    let directory: Int32
    let name: GzipName
    let descriptor: GzipDescriptor

    /// Creates an empty file that only its owner may read.
    init(in directory: Int32, run: String) throws(GzipError) {
        self.directory = directory
        // A name that is taken belongs to an earlier process with the same run's name; a few steps lead past it.
        for _ in 0..<100 {
            let candidate = try GzipNames.unfinished(run: run, number: Self.nextNumber())
            let raw = clinux_create_exclusive(directory, candidate.terminated, 0o600)
            if raw == -EEXIST { continue }
            guard raw >= 0 else { throw .call("create \(candidate.quoted)", raw) }
            name = candidate
            descriptor = GzipDescriptor(raw)
            return
        }
        throw .noName(run: run)
    }

    /// For the next temporary name of this process.
    static func nextNumber() -> UInt64 { sequence.add(1, ordering: .relaxed).newValue }

    func write(_ bytes: UnsafeRawBufferPointer) throws(GzipError) {
        guard !bytes.isEmpty else { return }
        let result = clinux_write_all(descriptor.raw, bytes.baseAddress, bytes.count)
        guard result >= 0 else { throw .call("write the archive \(name.quoted)", result) }
    }

    /// Makes the contents durable, then asks the kernel to forget them, so that reading back reads the disk.
    func synchronise() throws(GzipError) {
        let result = clinux_fsync(descriptor.raw)
        guard result >= 0 else { throw .call("make the archive \(name.quoted) durable", result) }
        // Advice only: memory that cannot be dropped (tmpfs) is read from where it is.
        _ = posix_fadvise(descriptor.raw, 0, 0, POSIX_FADV_DONTNEED)
    }

    /// Opens the archive once more, by its name.
    /// - Throws: `.verifyFailed` if the name stands for another file.
    func reopen() throws(GzipError) -> GzipDescriptor {
        let raw = clinux_open_entry(directory, name.terminated)
        guard raw >= 0 else { throw .notReopened(name, raw) }
        let second = GzipDescriptor(raw)
        let (was, now) = try (GzipFileState(of: descriptor, name: name), GzipFileState(of: second, name: name))
        guard now.isSameFile(as: was), now.links == 1 else {
            throw GzipError(.verifyFailed, "the archive \(name.quoted) was replaced while it was written")
        }
        return second
    }

    /// Gives the archive the owner, permissions, access list, user.* attributes and times of the original.
    ///
    /// Set-id bits and security labels are not carried over. Owner before permissions, so that at no instant somebody
    /// has rights that the original does not give.
    func copyMetadata(of source: borrowing GzipSource) throws(GzipError) {
        let state = source.state
        var result = clinux_fchown(descriptor.raw, state.user, state.group)
        guard result >= 0 else { throw .notGiven(.owner, of: source.name, result) }
        result = clinux_fchmod(descriptor.raw, state.permissions)
        guard result >= 0 else { throw .notGiven(.permissions, of: source.name, result) }
        result = clinux_copy_attributes(source.descriptor.raw, descriptor.raw)
        guard result >= 0 else { throw .notGiven(.attributes, of: source.name, result) }
        result = clinux_futimens(
            descriptor.raw,
            state.accessed.seconds,
            state.accessed.nanoseconds,
            state.modified.seconds,
            state.modified.nanoseconds
        )
        guard result >= 0 else { throw .notGiven(.times, of: source.name, result) }
    }

    /// Renames the archive to its final name, never over something that is there.
    func publish(as final: GzipName) throws(GzipError) {
        let result = clinux_rename_noreplace(directory, name.terminated, final.terminated)
        if result == -EEXIST { throw .archiveExists(final, errno: EEXIST) }
        guard result >= 0 else { throw .call("rename the archive to \(final.quoted)", result) }
    }

    /// Removes the temporary file after a failure.
    /// - Returns: a remark for a person if it could not be removed.
    func discard() -> String? {
        let result = clinux_unlink(directory, name.terminated, false)
        guard result < 0, result != -ENOENT else { return nil }
        return GzipRemarks.notRemoved(name, errno: -result)
    }
}
