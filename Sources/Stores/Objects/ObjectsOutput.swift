import Clients
import Foundation
import Retention

/// Gathers what is listed into blocks: candidates only, with what keeps them.
struct ObjectsOutput {
    /// Less than a block holds, so that one listing of 1,000 keys covers a block again before its deletion.
    private static let blockSize = 1000

    private let filter: ObjectsFilter
    private let tags: ObjectsTags
    private let specification: ObjectsSpecification
    /// Of younger objects no tags are read; `nil` = of all.
    private let cutoff: Int64?
    private var seen: KeyHashes
    private var block = ItemBlock()
    private(set) var summary = ScanSummary()

    /// - Parameter opened: when the listing began.
    init(filter: ObjectsFilter, tags: ObjectsTags, opened: Instant, hashes: KeyHashes = KeyHashes()) {
        self.filter = filter
        self.tags = tags
        specification = tags.specification
        cutoff =
            specification.countsObjects
            ? nil : specification.olderThan.map { $0.before(opened, zone: .gmt).nanoseconds }
        seen = hashes
    }

    /// More was listed than is remembered, and a rule counts: some of it may have been counted twice.
    var mayRepeat: Bool { seen.isFull }

    /// Takes in a part of the listing, and hands on each block that is full.
    mutating func append(
        _ page: [ListedObject],
        _ isCancelled: () -> Bool,
        _ emit: (inout ItemBlock) throws -> Void
    ) throws {
        let candidates = page.filter { filter.covers($0.key) && isNew($0) }
        let verdicts = try tagged(candidates, isCancelled)
        for (object, verdict) in zip(candidates, verdicts) {
            switch verdict {
            case .free: append(object, hold: filter.holdReason(object))
            case .kept(let reason): append(object, hold: reason)
            case .other: break
            case .unasked: append(object, hold: ObjectsWords.tagsUnasked)
            case .gone: summary.skipped[.vanished, default: 0] += 1
            case .unknown(let error):
                problem(object, error)
                append(object, hold: ObjectsWords.tagsUnread)
            }
            if block.items.count >= Self.blockSize { try flush(emit) }
        }
    }

    /// Hands on what there is.
    mutating func flush(_ emit: (inout ItemBlock) throws -> Void) throws {
        guard !block.items.isEmpty else { return }
        defer { block = ItemBlock() }
        try emit(&block)
    }

    private mutating func isNew(_ object: ListedObject) -> Bool {
        guard specification.countsObjects else { return true }
        return seen.insert(Array(object.key.utf8) + [0] + Array(object.version.id.utf8))
    }

    /// Tags only of those that the other conditions let through: each takes a question of its own.
    private func tagged(
        _ objects: [ListedObject],
        _ isCancelled: () -> Bool
    ) throws(StoreError) -> [ObjectsTags.Verdict] {
        var verdicts = objects.map { _ in ObjectsTags.Verdict.free }
        guard specification.needsTags, !specification.uploads else { return verdicts }
        let asked = objects.indices.filter { mayGo(objects[$0]) }
        let found = try tags.verdicts(asked.map { objects[$0] }, isCancelled)
        for (index, verdict) in zip(asked, found) { verdicts[index] = verdict }
        return verdicts
    }

    private func mayGo(_ object: ListedObject) -> Bool {
        if specification.countsObjects { return true }
        if let cutoff, object.time > cutoff { return false }
        if let size = specification.sizeOver, object.version.size <= size { return false }
        return filter.holdReason(object) == nil
    }

    private mutating func append(_ object: ListedObject, hold: String?) {
        guard object.key.utf8.count <= Int(UInt16.max), object.version.bytes.count <= Int(UInt16.max) else {
            problem(object, nil)
            return
        }
        let group = block.internGroup(filter.group(object.key))
        let index = Array(object.key.utf8).withUnsafeBytes { name in
            object.version.bytes.withUnsafeBytes { version in
                block.append(
                    name: name,
                    version: version,
                    kind: .other,
                    group: group,
                    time: Instant(nanoseconds: object.time),
                    size: object.version.size
                )
            }
        }
        if let hold { block.items[index].hold = block.internReason(hold) + 1 }
        summary.examined += 1
    }

    private mutating func problem(_ object: ListedObject, _ error: S3Error?) {
        summary.errorCount += 1
        guard summary.errors.count < ScanSummary.mostProblems else { return }
        summary.errors.append(Self.described(object.key, error))
    }

    /// - Parameter error: of the question for its tags; `nil` = a block cannot hold its name.
    static func described(_ key: String, _ error: S3Error?) -> ScanProblem {
        ScanProblem(
            path: DisplayName.printable(key.utf8.prefix(256)),
            message: error.map { "Its tags could not be read: \($0.message)" }
                ?? "Its name is too long to be planned. Remove it by hand.",
            reason: error.map { FailureReason($0) } ?? .unknown
        )
    }
}
