import Clients
import Retention

/// The looking side of records. Reads the file twice: once to know that it is sound as a whole, and which names stand
/// there twice, and once more for its entries. Changes nothing.
struct RecordsSource: Source {
    let place: JSONFilePlace
    let reader: RecordsReader
    let sizes: [(field: JSONPointer, size: RecordsOwned.Size)]
    let keep: GlobSet
    let usage: StorageUse?
    /// When it was opened.
    let opened: Instant

    func scan(
        workers: Int,
        isCancelled: @Sendable () -> Bool,
        emit: @Sendable (inout ItemBlock) throws -> Void
    ) throws -> ScanSummary {
        var hashes: [UInt64] = []
        var output: RecordsOutput?
        do {
            try JSONFileReader(place, pointer: reader.pointer).readTwice(
                isCancelled: isCancelled,
                start: { hashes.removeAll(keepingCapacity: true) },
                first: { if case .name(let name) = try reader.name(of: $0) { hashes.append(Self.hash(name)) } },
                second: { entry in
                    if output == nil { output = self.output(repeated: Self.repeated(&hashes)) }
                    if try output?.append(entry) ?? false { try output?.emit(emit) }
                }
            )
        } catch is CancellationError {
            return output?.summary ?? ScanSummary()
        } catch let error as JSONFileError {
            throw StoreError(error)
        }
        try output?.emit(emit)
        var summary = output?.summary ?? ScanSummary()
        if let usage { summary = summary + (try usage.measure(isCancelled: isCancelled)) }
        return summary
    }

    /// Nothing is open in a file that is replaced as a whole.
    func confirm(_ block: inout ItemBlock) -> Int { 0 }

    func presence(of block: ItemBlock) -> [Presence] {
        var found: [[UInt8]: JSONDigest] = [:]
        let wanted = Set(block.items.map { Array(block.name(of: $0)) })
        do {
            try JSONFileReader(place, pointer: reader.pointer).read(
                isCancelled: { false },
                start: { found.removeAll() },
                { entry in
                    guard case .name(let name) = try reader.name(of: entry), wanted.contains(name) else { return }
                    found[name] = entry.digest
                }
            )
        } catch {
            return block.items.map { _ in .unknown }
        }
        return block.items.map { item in
            guard let digest = found[Array(block.name(of: item))] else { return .absent }
            return digest == JSONDigest(block.version(of: item)) ? .unchanged : .changed
        }
    }

    private func output(repeated: Set<UInt64>) -> RecordsOutput {
        RecordsOutput(reader, sizes: sizes, keep: keep, repeated: repeated, opened: opened)
    }

    /// Two names that share one by chance, which one file in a million does at a million names, both stay.
    static func hash(_ name: [UInt8]) -> UInt64 {
        name.withUnsafeBytes { JSONDigest(of: $0) }.bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// Those that are there more than once.
    private static func repeated(_ hashes: inout [UInt64]) -> Set<UInt64> {
        hashes.sort()
        var result: Set<UInt64> = []
        for index in hashes.indices.dropFirst() where hashes[index] == hashes[index - 1] {
            result.insert(hashes[index])
        }
        hashes = []
        return result
    }
}

extension StoreError {
    /// Why a JSON file cannot be worked in.
    init(_ error: JSONFileError) {
        let code: Code =
            switch error.code {
            case .missing: .missing
            case .denied: .denied
            case .unreadable, .corrupt, .busy, .permission, .io: .unreadable
            }
        self.init(code, error.message)
    }
}
