import Clients
import Retention

/// The planned records of some blocks on their way: what of them is there, what they own, and what becomes of them.
struct RecordsWork {
    private enum State: UInt8 {
        case absent
        /// As planned.
        case found
        /// Not as planned.
        case other
    }

    /// One of very many: what few of them have is kept apart, by token.
    private struct Planned {
        var block: Int32
        var item: Int32
        /// The one before it whose name has the same hash; negative = none.
        var next: Int32
        var state = State.absent
    }

    /// Parallel to the blocks and their items.
    private(set) var results: [[ItemResult]]
    private let blocks: [ItemBlock]
    private let reader: RecordsReader
    private let ownsAnything: Bool
    private var owned: RecordsOwnedWork
    /// By token.
    private var planned: [Planned] = []
    /// The last one of each hash of a name.
    private var tokens: [UInt32: Int32] = [:]
    private var going: Set<Int32> = []
    /// Those which stay because of what they own, with the result that they have: not tried again, either, where the file is
    /// another one meanwhile.
    private var refused: Set<Int32> = []
    /// Of the others: why, as a clause.
    private var differences: [Int32: String] = [:]

    init(_ blocks: [ItemBlock], reader: RecordsReader, owned: [RecordsRemover.Owned]) {
        self.blocks = blocks
        self.reader = reader
        ownsAnything = !owned.isEmpty
        self.owned = RecordsOwnedWork(owned)
        results = blocks.map { Array(repeating: ItemResult(.notTried), count: $0.items.count) }
        for (number, block) in blocks.enumerated() {
            for (index, item) in block.items.enumerated() where item.verdict == .remove {
                let token = Int32(planned.count)
                let before = tokens.updateValue(token, forKey: Self.hash(block.name(of: item)))
                planned.append(Planned(block: Int32(number), item: Int32(index), next: before ?? -1))
            }
        }
    }

    var isEmpty: Bool { planned.isEmpty }

    /// Forgets what was seen, but not what is gone already.
    mutating func start() {
        for index in planned.indices { planned[index].state = .absent }
        going = []
        differences = [:]
        owned.start()
    }

    /// Takes an entry of the file.
    /// - Returns: the token of one that is as planned.
    mutating func look(_ entry: JSONEntry, _ digest: JSONDigest) throws(StoreError) -> Int32? {
        guard case .name(let name) = try reader.name(of: entry), let token = token(of: name) else { return nil }
        guard planned[Int(token)].state == .absent else {
            differ(token, "another entry has the same name by now; both stay")
            return nil
        }
        guard digest == JSONDigest(blocks[block(token)].version(of: item(token))) else {
            differ(token, "it was changed since the plan; it stays")
            return nil
        }
        planned[Int(token)].state = .found
        owned.look(token, entry)
        return token
    }

    /// Removes what the records own.
    /// - Parameter isStill: the file is the one that was looked at; asked before each thing that goes.
    /// - Returns: those that may go.
    mutating func decide(
        _ found: [Int32],
        _ isCancelled: () -> Bool,
        _ isStill: () throws -> Bool
    ) throws -> Set<Int32> {
        going = []
        for token in found where planned[Int(token)].state == .found {
            if isCancelled() { break }
            if try !ownsAnything || mayGo(token, isCancelled, isStill) { going.insert(token) }
        }
        return going
    }

    /// The file is rewritten, without those that were to go.
    mutating func finish() {
        for token in tokensOfAll {
            switch planned[Int(token)].state {
            case .absent: set(token, ItemResult(.gone))
            case .other: set(token, ItemResult(.changed, detail: differences[token]))
            case .found where refused.contains(token): break
            case .found where going.contains(token):
                // Where it owned something, it was that which took room.
                let freed = ownsAnything ? 0 : max(0, item(token).size)
                set(token, ItemResult(.deleted, freedBytes: freed))
            // It stays; what it owned and lost before the end is told all the same.
            case .found: set(token, ItemResult(.notTried))
            }
        }
    }

    /// The run has ended, and the file is as it was; what records owned may be gone.
    mutating func cancel() { fail(ItemResult(.notTried)) }

    /// The file is as it was.
    mutating func fail(_ error: JSONFileError) {
        switch error.code {
        case .missing: fail(ItemResult(.gone))
        case .busy: fail(ItemResult(.inUse, detail: error.message))
        case .permission, .denied: fail(ItemResult(.failed, failure: .permission, detail: error.message))
        case .corrupt: fail(ItemResult(.failed, failure: .integrity, detail: error.message))
        case .unreadable, .io: fail(ItemResult(.failed, failure: .io, detail: error.message))
        }
    }

    mutating func fail(_ result: ItemResult) {
        for token in tokensOfAll where !refused.contains(token) { set(token, result) }
    }

    private mutating func set(_ token: Int32, _ result: ItemResult) {
        results[block(token)][Int(planned[Int(token)].item)] = owned.adding(to: result, of: token)
    }

    /// - Returns: whether everything that the record owns is gone.
    private mutating func mayGo(
        _ token: Int32,
        _ isCancelled: () -> Bool,
        _ isStill: () throws -> Bool
    ) throws -> Bool {
        guard !refused.contains(token) else { return false }
        switch try owned.clear(token, isCancelled, isStill) {
        case .allGone: return true
        case .unfinished: return false
        case .refused(let result):
            set(token, result)
            refused.insert(token)
            return false
        }
    }

    private mutating func differ(_ token: Int32, _ why: String) {
        planned[Int(token)].state = .other
        differences[token] = why
    }
}

extension RecordsWork {
    private var tokensOfAll: Range<Int32> { 0..<Int32(planned.count) }

    private func block(_ token: Int32) -> Int { Int(planned[Int(token)].block) }

    private func item(_ token: Int32) -> Item { blocks[block(token)].items[Int(planned[Int(token)].item)] }

    /// The planned record of that name.
    private func token(of name: [UInt8]) -> Int32? {
        var token = tokens[Self.hash(name[...])] ?? -1
        while token >= 0 {
            if blocks[block(token)].name(of: item(token)) == name[...] { return token }
            token = planned[Int(token)].next
        }
        return nil
    }

    private static func hash(_ name: ArraySlice<UInt8>) -> UInt32 {
        var hasher = Hasher()
        name.withUnsafeBytes { hasher.combine(bytes: $0) }
        return UInt32(truncatingIfNeeded: hasher.finalize())
    }
}
