import CLinux
import Glibc

/// A file beside a JSON file, in the making: `.cleanupd-RUN.NAME.json.part`, and once it is whole
/// `.cleanupd-RUN-OLD-NEW.NAME.json.part`, with the digests of what it is to replace and of its own.
///
/// By these, what lies there after a kill is known: this program's own work, or the old file; anything else is what
/// somebody put in its place at the very moment, and is not to be lost. Locked (`flock`) as long as this object lives.
final class JSONPart {
    static let suffix = ".json.part"
    private static let prefix = ".cleanupd-"

    let place: JSONFilePlace
    private(set) var name: [UInt8]
    let descriptor: Int32
    private var isThere = true
    private var isReserved = false

    /// Makes an empty file that only its owner may read.
    init(_ place: JSONFilePlace, run: String) throws(SystemError) {
        self.place = place
        name = Self.name(run, nil, place)
        descriptor = try place.withName(name) { (entry) throws(SystemError) in
            try SystemError.check(clinux_create_exclusive(place.directory.descriptor, entry.pointer, 0o600))
        }
        // Whoever locks the file once it is in place waits until that is certain; and no sweep takes it.
        _ = try SystemError.check(clinux_lock(descriptor))
    }

    deinit {
        _ = clinux_unlock(descriptor)
        close(descriptor)
    }

    // MARK: Names

    private static func name(_ run: String, _ mark: JSONPartMark?, _ place: JSONFilePlace) -> [UInt8] {
        Array("\(prefix)\(run)\(mark.map { "-\($0)" } ?? "").".utf8) + place.name + Array(suffix.utf8)
    }

    /// Whether it is the name of a part of that file; and what it is marked with. A run's identifier holds no dot, so that
    /// parts of `b.json` are none of `a.b.json`, nor the other way around.
    static func parse(_ name: [UInt8], of file: [UInt8]) -> (isPart: Bool, mark: JSONPartMark?) {
        let ending = [UInt8(ascii: ".")] + file + Array(suffix.utf8)
        guard name.starts(with: prefix.utf8), name.count > prefix.utf8.count + ending.count,
            name.suffix(ending.count).elementsEqual(ending)
        else { return (false, nil) }
        let middle = name.dropFirst(prefix.utf8.count).dropLast(ending.count)
        guard middle.allSatisfy(isOfRun) else { return (false, nil) }
        return (true, JSONPartMark(String(decoding: middle, as: UTF8.self)))
    }

    private static func isOfRun(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    // MARK: Contents

    func write(_ bytes: UnsafeRawBufferPointer) throws(SystemError) {
        _ = try SystemError.check(clinux_write_all(descriptor, bytes.baseAddress, bytes.count))
    }

    /// Gives it the owner, permissions, access list and user.* attributes of the file.
    ///
    /// Owner before permissions, so that at no instant somebody has rights that the file does not give. Set-id bits and
    /// security labels are not carried over.
    func adopt(_ file: JSONFile) throws(SystemError) {
        let status = file.status
        _ = try SystemError.check(clinux_fchown(descriptor, status.user, status.group))
        _ = try SystemError.check(clinux_fchmod(descriptor, status.mode & 0o777))
        _ = try SystemError.check(clinux_copy_attributes(file.descriptor, descriptor))
    }

    /// Shows that two files can change places here, with another empty one, which is removed again.
    func proveExchange(run: String) throws(SystemError) {
        let other = try JSONPart(place, run: run + "-proof")
        do throws(SystemError) {
            try place.exchange(name, other.name)
        } catch {
            try other.discard()
            throw error
        }
        swap(&name, &other.name)
        try other.discard()
    }

    /// Sees that there is room for that many bytes, as far as the file system can promise it.
    func reserve(_ size: Int64) throws(SystemError) {
        guard size > 0 else { return }
        do throws(SystemError) {
            _ = try SystemError.check(clinux_reserve(descriptor, size))
            isReserved = true
        } catch  where error.errno == EOPNOTSUPP || error.errno == ENOSYS {
            // NFS before 4.2, and some of FUSE: there it shows when the new file is written.
        }
    }

    /// Gives back what was reserved, and is not needed.
    func release() throws(SystemError) {
        guard isReserved else { return }
        _ = try SystemError.check(clinux_release(descriptor))
    }

    /// Makes its contents durable.
    func flush() throws(SystemError) { _ = try SystemError.check(clinux_fsync(descriptor)) }

    /// Takes the name under which it is exchanged.
    func announce(_ mark: JSONPartMark, run: String) throws(SystemError) {
        let next = Self.name(run, mark, place)
        try place.withName(name) { (old) throws(SystemError) in
            try place.withName(next) { (new) throws(SystemError) in
                _ = try SystemError.check(
                    clinux_rename_noreplace(place.directory.descriptor, old.pointer, new.pointer)
                )
            }
        }
        name = next
    }

    /// Leaves what lies under its name to whoever looks at it.
    func abandon() { isThere = false }

    /// Removes whatever lies under its name.
    func discard() throws(SystemError) {
        guard isThere else { return }
        do throws(SystemError) {
            try place.withName(name) { (entry) throws(SystemError) in try place.directory.remove(entry) }
        } catch  where error.errno == ENOENT {
            // Somebody else has removed it.
        }
        isThere = false
    }
}

/// The digests of an old and a new file, as the name of a part has them: 16 hexadecimal digits each.
struct JSONPartMark: Sendable, Equatable, CustomStringConvertible {
    let old: UInt64
    let new: UInt64

    init(old: JSONDigest, new: JSONDigest) {
        (self.old, self.new) = (old.high, new.high)
    }

    /// - Parameter text: ends in `-OLD-NEW`; else `nil`.
    init?(_ text: String) {
        let parts = text.split(separator: "-").suffix(2)
        guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 16 }),
            let old = UInt64(parts[parts.startIndex], radix: 16),
            let new = UInt64(parts[parts.endIndex - 1], radix: 16)
        else { return nil }
        (self.old, self.new) = (old, new)
    }

    var description: String {
        [old, new].map { word in
            let digits = String(word, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }
        .joined(separator: "-")
    }
}
