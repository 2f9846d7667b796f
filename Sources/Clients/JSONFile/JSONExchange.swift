import CLinux
import Glibc

/// Puts a whole new file in the place of the one that was read, and takes it back if that was another one by then.
///
/// Both files are locked by the caller. While they change places nobody may open the old one for writing (a read lease,
/// where the file system and our rights have them), so that whoever writes in place either is met, and waited for, or
/// finds the new file.
struct JSONExchange {
    /// Others who keep replacing the file are outrun at last, or not at all.
    private static let mostSteps = 100

    let file: JSONFile
    /// Of the file as it was read.
    let digest: JSONDigest
    let part: JSONPart

    private var place: JSONFilePlace { file.place }

    /// - Returns: false if somebody else was there: the file is theirs, and nothing has changed.
    func run() throws -> Bool {
        let lease = clinux_lease(file.descriptor)
        // Open for writing by somebody, who may wait for our lock.
        guard lease != -EAGAIN else { return false }
        defer { if lease >= 0 { _ = clinux_lease_end(file.descriptor) } }
        let new = try identity(part.descriptor)
        guard file.isInPlace, try file.isUnchanged() else { return false }
        do throws(SystemError) {
            try exchange()
        } catch  where error.errno == ENOENT {
            return false
        } catch {
            throw JSONFileError(.exchanging, place.path, error)
        }
        do {
            guard try isWhatWasRead(), lease < 0 || clinux_lease_stands(file.descriptor) == 1 else {
                try putBack(inPlace: new)
                return false
            }
        } catch let error as JSONFileError {
            try putBack(inPlace: new)
            throw error
        }
        return true
    }

    /// Makes the new name durable, and removes the old file.
    func finish() throws(JSONFileError) {
        do throws(SystemError) {
            _ = try SystemError.check(clinux_fsync(place.directory.descriptor))
            try part.discard()
        } catch {
            throw JSONFileError(.removingOld, place.path, error)
        }
    }

    /// What came out is the file that was read, to the byte. (Exchanging it has changed its ctime.)
    private func isWhatWasRead() throws -> Bool {
        do throws(SystemError) {
            guard try place.status(of: part.name).identity == file.status.identity else { return false }
        } catch {
            throw JSONFileError(.examiningOld, place.path, error)
        }
        return try file.isUnchanged(comparingChange: false) && file.digest() == digest
    }

    /// Puts what came out back in place. If by then something else than what was put there lies there, that is newer
    /// still, and goes back in turn.
    private func putBack(inPlace: FileIdentity) throws(JSONFileError) {
        var expected = inPlace
        do throws(SystemError) {
            for _ in 0..<Self.mostSteps {
                let newest = try place.status(of: part.name).identity
                do throws(SystemError) {
                    try exchange()
                } catch  where error.errno == ENOENT {
                    return try restore()
                }
                if try place.status(of: part.name).identity == expected { return }
                expected = newest
            }
        } catch {
            throw stranded(error.text)
        }
        throw stranded(JSONFileError.othersReplace)
    }

    /// Somebody has removed the file; what was in its place before stays.
    private func restore() throws(SystemError) {
        try place.withName(place.name) { (name) throws(SystemError) in
            try place.withName(part.name) { (part) throws(SystemError) in
                let result = clinux_rename_noreplace(place.directory.descriptor, part.pointer, name.pointer)
                _ = try SystemError.check(result)
            }
        }
    }

    private func stranded(_ why: String) -> JSONFileError {
        part.abandon()
        return .stranded(place.path, why, as: part.name)
    }

    private func exchange() throws(SystemError) { try place.exchange(place.name, part.name) }

    private func identity(_ descriptor: Int32) throws(JSONFileError) -> FileIdentity {
        do throws(SystemError) {
            return try FileStatus(descriptor: descriptor).identity
        } catch {
            throw JSONFileError(.examiningNew, place.path, error)
        }
    }
}
