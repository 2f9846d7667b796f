import CLinux
import Glibc

/// Removes what runs that died left beside a JSON file.
package struct JSONPartSweep {
    /// How many it removed, and how many it met and left.
    package private(set) var removed = 0
    package private(set) var left = 0
    /// For a person: what it met and did not remove.
    package private(set) var warnings: [String] = []
    private let place: JSONFilePlace

    /// Sweeps. Blocking. Throws `JSONFileError` when the directory cannot be read.
    /// - Parameter nanoseconds: since 1970; only what was last changed before.
    package init(_ place: JSONFilePlace, before nanoseconds: Int64) throws(JSONFileError) {
        self.place = place
        for (name, mark) in try parts() {
            do throws(SystemError) {
                let status = try place.status(of: name)
                guard status.kind == .regular, max(status.modified, status.changed) < nanoseconds else { continue }
                try settle(name, mark)
            } catch {
                // Somebody else has removed it; or it cannot be, and is tried again.
                if error.errno != ENOENT { leave(name, error.text) }
            }
        }
    }

    private func parts() throws(JSONFileError) -> [(name: [UInt8], mark: JSONPartMark?)] {
        var parts: [(name: [UInt8], mark: JSONPartMark?)] = []
        let buffer = DirectoryBuffer()
        do throws(SystemError) {
            let directory = try place.directory.openDirectory(beneath: [])
            while try buffer.fill(from: directory) {
                while let entry = buffer.next() {
                    let name = Array(entry.name.bytes)
                    let (isPart, mark) = JSONPart.parse(name, of: place.name)
                    if isPart { parts.append((name, mark)) }
                }
            }
        } catch {
            throw JSONFileError(reading: place.path, error)
        }
        return parts
    }

    private mutating func settle(_ name: [UInt8], _ mark: JSONPartMark?) throws(SystemError) {
        let digest: JSONDigest?
        let part: JSONFile
        do {
            part = try JSONFile(place, name: name)
            // Its process lives, and works on it.
            guard clinux_lock(part.descriptor) != -EWOULDBLOCK else { return left += 1 }
            digest = mark == nil ? nil : try part.digest()
        } catch {
            return leave(name, "\(error)")
        }
        // Never exchanged; or one of the two that the run knew.
        guard let mark, let digest, digest.high != mark.old, digest.high != mark.new else {
            try place.withName(name) { (entry) throws(SystemError) in try place.directory.remove(entry) }
            removed += 1
            return
        }
        guard try !restore(name, mark) else { return }
        leave(name, "somebody wrote it at the moment of a crash, and it is not what \(PathText(place.name)) is now")
    }

    /// Puts a file that somebody wrote at the moment of a crash back in place of the one that this program put there.
    private mutating func restore(_ name: [UInt8], _ mark: JSONPartMark) throws(SystemError) -> Bool {
        do {
            let file = try JSONFile(place)
            guard clinux_lock(file.descriptor) != -EWOULDBLOCK, try file.digest().high == mark.new, file.isInPlace
            else {
                return false
            }
        } catch {
            // What is there cannot be read: a person has to look.
            return false
        }
        try place.withName(name) { (part) throws(SystemError) in
            try place.withName(place.name) { (entry) throws(SystemError) in
                let result = clinux_rename_exchange(place.directory.descriptor, part.pointer, entry.pointer)
                _ = try SystemError.check(result)
            }
            try place.directory.remove(part)
        }
        removed += 1
        return true
    }

    private mutating func leave(_ name: [UInt8], _ why: String) {
        left += 1
        warnings.append("Beside \(PathText(place.path.utf8)), \(PathText(name)) stays: \(why). Look at it.")
    }
}
