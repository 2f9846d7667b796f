/// A bounded batch of items that lie in one place; the unit in which items travel from scan to plan, ledger and deletion.
///
/// Names are bytes, because file names are. Names and versions of all items lie in one arena, so that a block of a
/// thousand items costs a handful of allocations. Strings that many items share (groups, reasons) are tables.
package struct ItemBlock: Sendable, Equatable {
    /// At most this many items in a block.
    package static let capacity = 1024

    /// Where the items lie: the directory's path from the connection's root (no leading or trailing slash; empty = the
    /// root itself), or empty for stores without places.
    package var place: [UInt8]
    /// What must be unchanged for `place` to be the one that was scanned (device and inode of a directory).
    package var placeVersion: [UInt8]
    /// Names and versions of the items, back to back.
    package private(set) var bytes: [UInt8] = []
    package var items: [Item] = []
    /// Group names that `Item.group` indexes.
    package private(set) var groups: [String] = []
    /// Reasons that `Item.reason` indexes.
    package private(set) var reasons: [String] = []

    package init(place: [UInt8] = [], placeVersion: [UInt8] = []) {
        self.place = place
        self.placeVersion = placeVersion
    }

    /// A block made of its parts, for decoders; the caller has checked that all offsets and indices are in range.
    package init(
        place: [UInt8],
        placeVersion: [UInt8],
        bytes: [UInt8],
        items: [Item],
        groups: [String],
        reasons: [String]
    ) {
        self.place = place
        self.placeVersion = placeVersion
        self.bytes = bytes
        self.items = items
        self.groups = groups
        self.reasons = reasons
    }

    package var isFull: Bool { items.count >= Self.capacity }
}

/// One candidate of a task, as the scan saw it. Fixed size: its bytes lie in the block.
package struct Item: Sendable, Equatable {
    package enum Kind: UInt8, Sendable {
        case file
        case directory
        case other
    }

    /// Start of the name in the block's bytes; the version follows it.
    package var start: UInt32
    package var nameLength: UInt16
    package var versionLength: UInt16
    package var kind: Kind
    /// `.undecided` at first, or `.young` where a condition that only the store can see (expired) does not hold: then
    /// only a quota takes it.
    package var verdict: Verdict = .undecided
    /// Index into the block's groups.
    package var group: UInt16
    /// Index into the block's reasons; meaningless while the verdict is `.undecided`.
    package var reason: UInt16 = 0
    /// The time that ages are counted from.
    package var time: Instant
    /// Bytes that its removal gives back; 0 where there is no size.
    package var size: Int64
    /// Set by the store when a rule that only it can see keeps the item (a `match` of `keep`, a reference):
    /// the reason's index plus one; 0 = not held.
    package var hold: UInt16 = 0

    package init(
        start: UInt32,
        nameLength: UInt16,
        versionLength: UInt16,
        kind: Kind,
        verdict: Verdict = .undecided,
        group: UInt16,
        reason: UInt16 = 0,
        time: Instant,
        size: Int64,
        hold: UInt16 = 0
    ) {
        self.start = start
        self.nameLength = nameLength
        self.versionLength = versionLength
        self.kind = kind
        self.verdict = verdict
        self.group = group
        self.reason = reason
        self.time = time
        self.size = size
        self.hold = hold
    }
}

/// What a plan does with an item.
public enum Verdict: UInt8, Sendable {
    /// Not judged yet; never in a plan.
    case undecided
    /// It goes.
    case remove
    /// An archive takes its place.
    case compress
    /// Kept by a rule that a person would want to see (last 10, a pattern, a reference, open).
    case keep
    /// Kept because it is not old, big or otherwise eligible yet; counted, but listed only on request.
    case young
    /// Eligible, but beyond the run's budget: waits for the next run.
    case deferred

    /// Whether a run does something to the item.
    package var isActedOn: Bool { self == .remove || self == .compress }
}

extension ItemBlock {
    /// Appends an item with its name and version; the caller checks `isFull` first.
    /// - Returns: the index of the new item.
    @discardableResult
    package mutating func append(
        name: UnsafeRawBufferPointer,
        version: UnsafeRawBufferPointer,
        kind: Item.Kind,
        group: UInt16,
        time: Instant,
        size: Int64
    ) -> Int {
        let start = UInt32(bytes.count)
        bytes.append(contentsOf: name)
        bytes.append(contentsOf: version)
        items.append(
            Item(
                start: start,
                nameLength: UInt16(name.count),
                versionLength: UInt16(version.count),
                kind: kind,
                group: group,
                time: time,
                size: size
            )
        )
        return items.count - 1
    }

    package func name(of item: Item) -> ArraySlice<UInt8> {
        bytes[Int(item.start)..<Int(item.start) + Int(item.nameLength)]
    }

    package func version(of item: Item) -> ArraySlice<UInt8> {
        let start = Int(item.start) + Int(item.nameLength)
        return bytes[start..<start + Int(item.versionLength)]
    }

    /// The item's path from the connection's root: place, slash, name.
    package func path(of item: Item) -> [UInt8] {
        place.isEmpty ? Array(name(of: item)) : place + [UInt8(ascii: "/")] + name(of: item)
    }

    package func group(of item: Item) -> String { groups[Int(item.group)] }

    package func reason(of item: Item) -> String { reasons[Int(item.reason)] }

    /// The index of `name` in the table of groups, added if it is not there.
    package mutating func internGroup(_ name: String) -> UInt16 { Self.intern(name, in: &groups) }

    /// The index of `reason` in the table of reasons, added if it is not there.
    package mutating func internReason(_ reason: String) -> UInt16 { Self.intern(reason, in: &reasons) }

    // Tables are short (a few entries), and the newest is the likeliest.
    private static func intern(_ value: String, in table: inout [String]) -> UInt16 {
        if let index = table.lastIndex(where: { $0.isSameBytes(as: value) }) { return UInt16(index) }
        table.append(value)
        return UInt16(table.count - 1)
    }

    /// A block of the same place with only these of its items; tables are shared unchanged.
    package func subset(_ included: some Sequence<Item>) -> ItemBlock {
        var result = ItemBlock(place: place, placeVersion: placeVersion)
        result.groups = groups
        result.reasons = reasons
        for var item in included {
            let start = Int(item.start)
            item.start = UInt32(result.bytes.count)
            result.bytes.append(contentsOf: bytes[start..<start + Int(item.nameLength) + Int(item.versionLength)])
            result.items.append(item)
        }
        return result
    }
}
