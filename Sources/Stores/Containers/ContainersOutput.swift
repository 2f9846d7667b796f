import Clients
import Retention

/// Gathers containers into blocks.
struct ContainersOutput {
    private let filter: ContainersFilter
    private var block = ItemBlock()
    private(set) var summary = ScanSummary()

    init(_ filter: ContainersFilter) {
        self.filter = filter
    }

    var isFull: Bool { block.isFull }

    /// Appends a container, if it is still there and a candidate.
    mutating func append(_ container: DockerContainer?) throws(StoreError) {
        guard let container else { return skip(.vanished) }
        // It was one when it was listed.
        guard filter.covers(container) else { return skip(.changed) }
        let version = ContainerVersion(container)
        guard version.name.utf8.count <= ContainerVersion.longestName else {
            return fail(container.id, ContainersWords.nameTooLong(container.id), .unknown)
        }
        if filter.specification.needsBytes, container.writableBytes == nil {
            throw .noBytes(ofContainer: container.id, version.name)
        }
        let index = add(container, version)
        if let reason = filter.hold(container) {
            block.items[index].hold = block.internReason(reason) + 1
        } else if version.time == nil {
            block.items[index].hold = block.internReason(ContainersWords.noEnd) + 1
        }
        summary.examined += 1
    }

    /// Hands on what there is.
    mutating func emit(_ emit: (inout ItemBlock) throws -> Void) throws {
        guard !block.items.isEmpty else { return }
        defer { block = ItemBlock() }
        try emit(&block)
    }

    mutating func skip(_ reason: SkipReason) { summary.skipped[reason, default: 0] += 1 }

    /// Takes note of a container that could not be looked at; it stays.
    mutating func fail(_ id: String, _ message: String, _ reason: FailureReason) {
        summary.errorCount += 1
        guard summary.errors.count < ScanSummary.mostProblems else { return }
        summary.errors.append(ScanProblem(path: id, message: message, reason: reason))
    }

    private mutating func add(_ container: DockerContainer, _ version: ContainerVersion) -> Int {
        let group = block.internGroup("")
        return Array(container.id.utf8).withUnsafeBytes { name in
            version.bytes.withUnsafeBytes { version in
                block.append(
                    name: name,
                    version: version,
                    kind: .other,
                    group: group,
                    time: ContainerVersion(container).time ?? Instant(nanoseconds: container.created),
                    size: container.writableBytes ?? 0
                )
            }
        }
    }
}
