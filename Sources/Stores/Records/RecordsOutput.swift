import Clients
import Retention

/// Gathers records into blocks.
struct RecordsOutput {
    private let reader: RecordsReader
    private let sizes: [(field: JSONPointer, size: RecordsOwned.Size)]
    private let graceCutoff: Instant
    private let opened: Instant
    private let keep: GlobSet
    /// Of names that stand there more than once.
    private let repeated: Set<UInt64>
    private var block = ItemBlock()
    private(set) var summary = ScanSummary()

    init(
        _ reader: RecordsReader,
        sizes: [(field: JSONPointer, size: RecordsOwned.Size)],
        keep: GlobSet,
        repeated: Set<UInt64>,
        opened: Instant
    ) {
        self.reader = reader
        self.sizes = sizes
        self.keep = keep
        self.repeated = repeated
        self.opened = opened
        let grace = reader.specification.graceMilliseconds.multipliedReportingOverflow(by: -1_000_000)
        graceCutoff = opened.adding(nanoseconds: grace.overflow ? .min : grace.partialValue)
    }

    /// Appends a record, or notes why it is none.
    /// - Returns: whether the block is full.
    mutating func append(_ entry: JSONEntry) throws(StoreError) -> Bool {
        let name: [UInt8]
        switch try reader.name(of: entry) {
        case .corrupt(let finding):
            let place = "entry at byte \(entry.range.lowerBound)"
            note("the \(place)", "The \(place)", finding)
            return false
        case .name(let bytes): name = bytes
        }
        guard !repeated.contains(RecordsSource.hash(name)) else {
            note(name, "another entry has the same name")
            return false
        }
        do throws(RecordsReader.Corrupt) {
            add(name, entry, try reader.times(of: entry))
        } catch {
            note(name, error.finding)
        }
        return block.isFull
    }

    /// Hands on what there is.
    mutating func emit(_ emit: (inout ItemBlock) throws -> Void) throws {
        guard !block.items.isEmpty else { return }
        defer { block = ItemBlock() }
        try emit(&block)
    }

    private mutating func add(_ name: [UInt8], _ entry: JSONEntry, _ times: RecordsReader.Times) {
        let group = block.internGroup("")
        let index = name.withUnsafeBytes { name in
            entry.digest.bytes.withUnsafeBytes { version in
                block.append(
                    name: name,
                    version: version,
                    kind: .other,
                    group: group,
                    // Without a time nothing asks for an age (the builder sees to that), and lists may name it.
                    time: times.time ?? times.expires ?? Instant(nanoseconds: 0),
                    size: size(of: entry)
                )
            }
        }
        if reader.specification.removesExpired, times.expires.map({ $0 >= graceCutoff }) ?? true {
            block.items[index].verdict = .young
        }
        let glob = name.withUnsafeBytes { keep.isEmpty ? nil : keep.firstMatch(path: $0, name: $0) }
        if let glob { block.items[index].hold = block.internReason(HoldReason.match(glob)) + 1 }
        summary.examined += 1
    }

    /// What its files take, or where it owns none what itself does.
    private func size(of entry: JSONEntry) -> Int64 {
        guard !sizes.isEmpty else { return Int64(entry.range.count) }
        return sizes.reduce(0) { sum, owned in
            (entry.field(owned.field).names ?? []).reduce(sum) { $0 + owned.size($1) }
        }
    }

    /// Counts a corrupt entry, which stays.
    private mutating func note(_ name: [UInt8], _ finding: String) {
        let shown = DisplayName.printable(name.prefix(64))
        note(shown, "The record \(shown)", finding)
    }

    private mutating func note(_ path: String, _ what: String, _ finding: String) {
        summary.errorCount += 1
        summary.skipped[.corrupt, default: 0] += 1
        guard summary.errors.count < ScanSummary.mostProblems else { return }
        let message = "\(what) is corrupt, and stays: \(finding)."
        summary.errors.append(ScanProblem(path: path, message: message, reason: .integrity))
    }
}
