import CLinux
import Glibc

/// Removes an original whose archive is published, or puts everything back as it was.
///
/// Linux cannot remove "this file if it is still the same", only a name. So the original first gets a private name,
/// under which nobody can open it any more; what lies there is then compared once more, and only that is removed.
struct GzipRetirement: ~Copyable {
    let archive: GzipName
    /// The archive as it was when it was verified or published.
    let archiveState: GzipFileState
    /// Made by this very run, so that it may be withdrawn again.
    let isNew: Bool
    let run: String
    let observer: GzipArchiver.Observer?

    /// Takes the original away. The archive must be complete and verified, and its data durable.
    /// - Returns: a warning for a person if the removal is done but could not be made durable.
    /// - Throws: after the original is back at its name.
    func retire(_ source: borrowing GzipSource) throws(GzipError) -> String? {
        do {
            try synchronise(source.directory)
            observer?(.published, source.directory, archive.bytes)
            try source.requireUnchanged()
            try requireArchive(in: source.directory)
            try removeOriginal(source)
        } catch {
            throw error.adding(withdrawArchive(of: source))
        }
        let result = clinux_fsync(source.directory)
        guard result < 0 else { return nil }
        // The archive is durable since the first sync. At worst a power cut brings the original back, beside its archive.
        return GzipRemarks.notDurable(source.name, errno: -result)
    }

    private func synchronise(_ directory: Int32) throws(GzipError) {
        let result = clinux_fsync(directory)
        guard result >= 0 else { throw .call("make the name \(archive.quoted) durable", result) }
    }

    private func requireArchive(in directory: Int32) throws(GzipError) {
        guard let entry = try GzipFileState.ofEntry(archive, in: directory), entry.hasSameBytes(as: archiveState) else {
            throw GzipError(.changed, "the finished archive \(archive.quoted) was changed by somebody else; both kept")
        }
    }

    private func removeOriginal(_ source: borrowing GzipSource) throws(GzipError) {
        let captured = try GzipNames.captured(run: run, number: GzipTemporary.nextNumber())
        var result = clinux_rename_noreplace(source.directory, source.name.terminated, captured.terminated)
        guard result >= 0 else { throw .call("take \(source.name.quoted) away", result) }
        do throws(GzipError) {
            observer?(.captured, source.directory, captured.bytes)
            try source.requireUnwritten(under: captured)
            result = clinux_unlink(source.directory, captured.terminated, false)
            guard result >= 0 else { throw .call("remove \(source.name.quoted)", result) }
        } catch {
            throw error.adding(putBack(captured, as: source.name, in: source.directory))
        }
    }

    /// - Returns: a remark for a person if the original's own name is taken by now.
    private func putBack(_ captured: GzipName, as name: GzipName, in directory: Int32) -> String? {
        let result = clinux_rename_noreplace(directory, captured.terminated, name.terminated)
        if result >= 0 || result == -ENOENT { return nil }
        let place: GzipName
        do throws(GzipError) {
            place = try GzipCaptured.release(captured, in: directory)
        } catch {
            place = captured
        }
        return GzipRemarks.taken(name, keptAs: place)
    }

    /// Removes the archive again, so that the next run finds the directory as this one did.
    ///
    /// Only while the original is surely there, by its name and durably; else the archive, being complete, stays.
    /// - Returns: a remark for a person if the archive stays.
    private func withdrawArchive(of source: borrowing GzipSource) -> String? {
        guard isNew else { return nil }
        let stays = GzipRemarks.stays(archive)
        do throws(GzipError) {
            try requireArchive(in: source.directory)
            guard let entry = try GzipFileState.ofEntry(source.name, in: source.directory),
                entry.isSameFile(as: source.state), clinux_fsync(source.directory) >= 0,
                clinux_unlink(source.directory, archive.terminated, false) >= 0
            else { return stays }
            return nil
        } catch {
            // Somebody else's by now: that it is kept is what the error says.
            return error.code == .changed ? error.message : "\(stays) (\(error.message))"
        }
    }
}
