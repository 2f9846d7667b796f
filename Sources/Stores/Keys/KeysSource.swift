import Retention

/// The looking side of keys: one SCAN over all of them, in steps, with a few questions about each page. Changes nothing.
struct KeysSource: Source {
    let reader: KeysReader
    let specification: KeysSpecification
    /// When it was opened, in whole seconds: what idle times are counted back from.
    let opened: Instant

    /// On this one thread: the server has only one, too.
    func scan(
        workers: Int,
        isCancelled: @Sendable () -> Bool,
        emit: @Sendable (inout ItemBlock) throws -> Void
    ) throws -> ScanSummary {
        var output = KeysOutput(specification, opened: opened)
        var selection = KeysSelection(specification)
        var cursor = KeysReader.Page.start
        repeat {
            if isCancelled() { return output.summary }
            let page = try reader.page(cursor, match: selection.match, type: selection.type)
            let keys = selection.candidates(of: page.keys)
            for facts in try reader.facts(keys, specification) {
                guard try output.append(facts) else { continue }
                try output.emit(emit)
            }
            cursor = page.cursor
        } while cursor != KeysReader.Page.start
        if selection.mayRepeat, specification.countsKeys {
            throw StoreError.tooManyKeys(reader.connection, limit: KeyHashes.limit)
        }
        output.skip(.protected, selection.ownKeys)
        try output.emit(emit)
        return output.summary
    }

    /// Nothing is open in Redis.
    func confirm(_ block: inout ItemBlock) -> Int { 0 }

    func presence(of block: ItemBlock) -> [Presence] {
        let keys = block.items.map { Array(block.name(of: $0)) }
        do throws(StoreError) {
            return zip(block.items, try reader.facts(keys, specification)).map { item, facts in
                guard let facts else { return .absent }
                return facts.version == KeyVersion(block.version(of: item)) ? .unchanged : .changed
            }
        } catch {
            return block.items.map { _ in .unknown }
        }
    }
}

/// Which of the listed keys are candidates.
struct KeysSelection {
    /// What the server leaves out already.
    let match: String?
    let type: String?
    private let globs: [RedisGlob]
    private let own: OwnKeys
    private var seen = KeyHashes()
    /// Left out.
    private(set) var ownKeys = 0

    init(_ specification: KeysSpecification) {
        let globs = specification.match
        match = globs.count == 1 ? globs[0] : nil
        type = specification.types.count == 1 ? specification.types[0] : nil
        self.globs = globs.count > 1 ? globs.map { RedisGlob($0) } : []
        own = OwnKeys(specification.ownPrefixes)
    }

    /// A key may have been listed twice.
    var mayRepeat: Bool { seen.isFull }

    mutating func candidates(of keys: [[UInt8]]) -> [[UInt8]] {
        keys.filter { key in
            guard globs.isEmpty || globs.contains(where: { $0.matches(key) }), seen.insert(key) else { return false }
            guard own.contains(key) else { return true }
            ownKeys += 1
            return false
        }
    }
}
