import Clients
import Foundation
import Retention

/// What entries of a JSON file are to a task: the compiled form of its specification.
struct RecordsReader: Sendable {
    /// Longer names have no place in a plan.
    private static let longestName = Int(UInt16.max)

    let specification: RecordsSpecification
    let pointer: JSONPointer
    let zone: TimeZone
    private let key: JSONPointer?
    private let time: JSONPointer?
    private let expires: JSONPointer?

    /// Throws `StoreError` for what the configuration should have refused.
    init(_ specification: RecordsSpecification) throws(StoreError) {
        self.specification = specification
        guard let pointer = JSONPointer(specification.pointer) else {
            throw StoreError(
                .denied,
                "\"\(specification.pointer)\" is no JSON pointer. Write it as /a/b, with ~1 for a slash and ~0 for a ~."
            )
        }
        guard let zone = TimeZone(identifier: specification.timezone) else {
            throw StoreError(
                .denied,
                "The time zone \"\(specification.timezone)\" is not known. Write an IANA name such as Europe/Berlin, or UTC."
            )
        }
        self.pointer = pointer
        self.zone = zone
        key = try specification.key.map(Self.field)
        time = try specification.time.map(Self.field)
        expires = try specification.expires.map(Self.field)
    }

    static func field(_ text: String) throws(StoreError) -> JSONPointer {
        guard let pointer = JSONPointer(field: text) else {
            throw StoreError(.denied, "The field \"\(text)\" begins with a slash, but is no JSON pointer. Correct it.")
        }
        return pointer
    }

    /// What an entry is called.
    enum Name {
        case name([UInt8])
        /// As a clause.
        case corrupt(String)
    }

    /// By its field where one is given; else a member's own name, or the contents of an element.
    ///
    /// Throws `StoreError` for an element without a name where names decide: nothing would name it, which is no reason
    /// to take it.
    func name(of entry: JSONEntry) throws(StoreError) -> Name {
        if let key { return name(by: key, entry) }
        switch entry.name {
        case .unreadable: return .corrupt("its name holds half of a pair of escapes")
        case .text(let name): return Self.checked(name)
        case .none:
            guard !specification.needsNames else {
                throw StoreError(
                    .denied,
                    "The elements of an array have no names, by which this task is to know them: say \"key\", the field "
                        + "that names each of them."
                )
            }
            return .name(Array("sha256:\(entry.digest.text)".utf8))
        }
    }

    private func name(by key: JSONPointer, _ entry: JSONEntry) -> Name {
        switch entry.field(key) {
        case .string(let text), .number(let text): Self.checked(Array(text.utf8))
        case .absent, .null: .corrupt("it has no \(specification.key ?? "")")
        case .list, .unreadable: .corrupt("its \(specification.key ?? "") is neither a text nor a number")
        }
    }

    private static func checked(_ name: [UInt8]) -> Name {
        if name.isEmpty { return .corrupt("its name is empty") }
        if name.count > longestName { return .corrupt(tooLong(name)) }
        return .name(name)
    }

    static func tooLong(_ name: [UInt8]) -> String { "its name has \(name.count) bytes, more than \(longestName)" }

    /// The times of an entry.
    struct Times {
        var time: Instant?
        var expires: Instant?
    }

    /// What is wrong with an entry, as a clause.
    struct Corrupt: Error {
        var finding: String
    }

    /// Throws what keeps the task from knowing how old the entry is.
    func times(of entry: JSONEntry) throws(Corrupt) -> Times {
        guard time != nil || expires != nil else { return Times() }
        guard entry.isObject else { throw Corrupt(finding: "it is not an object") }
        var times = Times()
        if let time { times.time = try instant(entry.field(time), specification.time ?? "") }
        if let expires {
            let field = entry.field(expires)
            // It never expires.
            if field == .absent || field == .null { return times }
            times.expires = try instant(field, specification.expires ?? "")
        }
        return times
    }

    private func instant(_ field: JSONField, _ name: String) throws(Corrupt) -> Instant {
        guard field != .absent else { throw Corrupt(finding: "it has no \(name)") }
        guard let instant = RecordsTime.parse(field, specification.timeFormat, zone: zone) else {
            throw Corrupt(finding: "its \(name) holds no time that can be read")
        }
        return instant
    }
}
