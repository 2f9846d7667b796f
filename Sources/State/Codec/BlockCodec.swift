package import Retention

/// The stored form of a block: compact, versioned, and the same for equal blocks.
///
/// Version 1: version byte; number of items; place; its version; groups; reasons; length of names and versions; per
/// item a byte of flags, the two lengths, group, reason and hold where they differ from what the flags imply, time as a
/// difference to the item before, size; then names and versions, back to back in the order of items. All numbers are
/// LEB128, signed ones zigzag.
package enum BlockCodec {
    private static let version: UInt8 = 1
    /// Flags of an item: two bits of kind, three of verdict, then these.
    private static let hasHold: UInt8 = 1 << 5
    private static let hasGroup: UInt8 = 1 << 6
    private static let hasReason: UInt8 = 1 << 7
    /// Each item takes at least flags, two lengths, time and size.
    private static let leastItemSize = 5

    package static func encode(_ block: ItemBlock) -> [UInt8] {
        let arena = canonicalArena(of: block)
        var writer = ByteWriter(capacity: 256 + arena.count + block.items.count * 24)
        writer.write(byte: version)
        writer.write(UInt64(block.items.count))
        writer.write(blob: block.place)
        writer.write(blob: block.placeVersion)
        for table in [block.groups, block.reasons] {
            writer.write(UInt64(table.count))
            for text in table { writer.write(text: text) }
        }
        writer.write(UInt64(arena.count))
        var previous = Previous()
        for item in block.items { write(item, &previous, to: &writer) }
        writer.write(raw: arena)
        return writer.bytes
    }

    /// Any bytes may be given; throws `.corrupt` for those that are no block.
    package static func decode(_ bytes: [UInt8]) throws(StateError) -> ItemBlock {
        try bytes.withUnsafeBytes { raw in Result { () throws(StateError) in try decode(raw) } }.get()
    }

    /// Any bytes may be given; throws `.corrupt` for those that are no block.
    package static func decode(_ bytes: UnsafeRawBufferPointer) throws(StateError) -> ItemBlock {
        do throws(ByteReader.Failure) {
            var reader = ByteReader(bytes)
            return try read(from: &reader)
        } catch {
            throw StateError.damaged("A stored block of items is", error)
        }
    }

    /// What an item is written as a difference to.
    private struct Previous {
        var time: Int64 = 0
        var group: UInt16 = 0
        var reason: UInt16 = 0
    }

    /// Names and versions in the order of items without gaps, as a block has them unless its items were rearranged.
    private static func canonicalArena(of block: ItemBlock) -> [UInt8] {
        var end = 0
        var isCanonical = true
        for item in block.items {
            isCanonical = isCanonical && Int(item.start) == end
            end += Int(item.nameLength) + Int(item.versionLength)
        }
        if isCanonical, end == block.bytes.count { return block.bytes }
        var arena: [UInt8] = []
        arena.reserveCapacity(end)
        for item in block.items {
            let start = Int(item.start)
            arena.append(contentsOf: block.bytes[start..<start + Int(item.nameLength) + Int(item.versionLength)])
        }
        return arena
    }

    @inline(__always)
    private static func write(_ item: Item, _ previous: inout Previous, to writer: inout ByteWriter) {
        var flags = item.kind.rawValue | item.verdict.rawValue << 2
        if item.hold != 0 { flags |= hasHold }
        if item.group != previous.group { flags |= hasGroup }
        if item.reason != previous.reason { flags |= hasReason }
        writer.write(byte: flags)
        writer.write(UInt64(item.nameLength))
        writer.write(UInt64(item.versionLength))
        if flags & hasGroup != 0 { writer.write(UInt64(item.group)) }
        if flags & hasReason != 0 { writer.write(UInt64(item.reason)) }
        if flags & hasHold != 0 { writer.write(UInt64(item.hold)) }
        writer.write(signed: item.time.nanoseconds &- previous.time)
        writer.write(signed: item.size)
        previous = Previous(time: item.time.nanoseconds, group: item.group, reason: item.reason)
    }

    private static func read(from reader: inout ByteReader) throws(ByteReader.Failure) -> ItemBlock {
        let found = try reader.byte()
        guard found == version else { throw ByteReader.Failure(reason: "its version \(found) is unknown") }
        let count = try reader.number(upTo: reader.remaining / leastItemSize, "the number of items")
        let place = try reader.blob()
        let placeVersion = try reader.blob()
        let groups = try reader.texts()
        let reasons = try reader.texts()
        let arenaLength = try reader.number(upTo: min(reader.remaining, Int(UInt32.max)), "the length of names")
        var items: [Item] = []
        items.reserveCapacity(count)
        var previous = Previous()
        var start = 0
        for _ in 0..<count {
            let item = try readItem(from: &reader, &previous, start: start)
            // An empty table goes with index 0, which then means nothing.
            guard Int(item.group) < max(1, groups.count), Int(item.reason) < max(1, reasons.count),
                Int(item.hold) <= reasons.count
            else { throw ByteReader.Failure(reason: "an item refers to a text that is not there") }
            start += Int(item.nameLength) + Int(item.versionLength)
            guard start <= arenaLength else { throw ByteReader.Failure(reason: "a name is too long") }
            items.append(item)
        }
        guard start == arenaLength else { throw ByteReader.Failure(reason: "names and items do not match") }
        let arena = try reader.raw(arenaLength)
        try reader.expectEnd()
        return ItemBlock(
            place: place,
            placeVersion: placeVersion,
            bytes: arena,
            items: items,
            groups: groups,
            reasons: reasons
        )
    }

    @inline(__always)
    private static func readItem(
        from reader: inout ByteReader,
        _ previous: inout Previous,
        start: Int
    ) throws(ByteReader.Failure) -> Item {
        let flags = try reader.byte()
        guard let kind = Item.Kind(rawValue: flags & 0b11), let verdict = Verdict(rawValue: flags >> 2 & 0b111) else {
            throw ByteReader.Failure(reason: "an item has an unknown kind or verdict")
        }
        let limit = Int(UInt16.max)
        let nameLength = try reader.number(upTo: limit, "the length of a name")
        let versionLength = try reader.number(upTo: limit, "the length of a version")
        if flags & hasGroup != 0 { previous.group = UInt16(try reader.number(upTo: limit, "a group")) }
        if flags & hasReason != 0 { previous.reason = UInt16(try reader.number(upTo: limit, "a reason")) }
        let hold = flags & hasHold != 0 ? try reader.number(upTo: limit, "a hold") : 0
        previous.time &+= try reader.signedNumber()
        return Item(
            start: UInt32(start),
            nameLength: UInt16(nameLength),
            versionLength: UInt16(versionLength),
            kind: kind,
            verdict: verdict,
            group: previous.group,
            reason: previous.reason,
            time: Instant(nanoseconds: previous.time),
            size: try reader.signedNumber(),
            hold: UInt16(hold)
        )
    }
}
