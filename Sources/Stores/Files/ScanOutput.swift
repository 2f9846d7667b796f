import Clients
import Retention

/// Gathers the items of one worker into blocks, and hands each full one on.
final class ScanOutput {
    private let grouping: PathGrouping?
    private let emit: @Sendable (inout ItemBlock) throws -> Void
    private let version = UnsafeMutableRawBufferPointer.allocate(byteCount: DirectoryVersion.length, alignment: 8)
    private var place: ScanPlace?
    private var block = ItemBlock()
    /// The group of all items of the place, or `nil` where each has its own.
    private var group: UInt16? = 0

    init(grouping: PathGrouping?, emit: @escaping @Sendable (inout ItemBlock) throws -> Void) {
        self.grouping = grouping
        self.emit = emit
    }

    deinit { version.deallocate() }

    /// Appends a file, at the time that its age is counted from.
    func append(_ name: EntryName, in place: ScanPlace, _ status: FileStatus, time: Int64, hold: String?) throws {
        FileVersion(status).store(into: version)
        let bytes = UnsafeRawBufferPointer(rebasing: version[..<FileVersion.length])
        try append(name, in: place, bytes, .file, time: time, size: status.allocatedBytes, hold: hold)
    }

    /// Appends a directory with all that is beneath it.
    func append(_ name: EntryName, in place: ScanPlace, _ measured: DirectoryMeasure.Measured) throws {
        let directory = measured.version
        directory.store(into: version)
        let bytes = UnsafeRawBufferPointer(version)
        let hold = measured.hold
        try append(name, in: place, bytes, .directory, time: directory.newest, size: directory.bytes, hold: hold)
    }

    /// Hands on what there is.
    func flush() throws {
        guard !block.items.isEmpty else { return }
        defer {
            block = ItemBlock()
            place = nil
        }
        try emit(&block)
    }

    private func append(
        _ name: EntryName,
        in place: ScanPlace,
        _ version: UnsafeRawBufferPointer,
        _ kind: Item.Kind,
        time: Int64,
        size: Int64,
        hold: String?
    ) throws {
        if block.isFull || self.place !== place { try begin(place) }
        let group = self.group ?? block.internGroup(DisplayName.exact(name.bytes))
        let index = block.append(
            name: name.bytes,
            version: version,
            kind: kind,
            group: group,
            time: Instant(nanoseconds: time),
            size: size
        )
        if let hold { block.items[index].hold = block.internReason(hold) + 1 }
    }

    private func begin(_ place: ScanPlace) throws {
        try flush()
        self.place = place
        block = ItemBlock(place: place.path, placeVersion: place.identity.placeVersion)
        switch grouping {
        case nil:
            group = block.internGroup("")
        case .directory:
            group = block.internGroup(DisplayName.exact(place.path))
        case .component(let number):
            let components = place.path.split(separator: UInt8(ascii: "/"))
            if number == components.count + 1 {
                group = nil
            } else {
                // An item above the component that makes the groups belongs to none of them.
                let isBeneath = number >= 1 && number <= components.count
                group = block.internGroup(isBeneath ? DisplayName.exact(components[number - 1]) : "")
            }
        }
    }
}
