import Clients
import Retention

/// The planned records of some blocks on their way: what of them is there, what they own, and what becomes of them.
struct RecordsWork {
    private enum State {
        case absent
        /// As planned; with what its owned fields name, `nil` = cannot be told.
        case found([[String]?])
        /// Not as planned; why, as a clause.
        case other(String)
        /// Stays, because of what it owns.
        case refused
    }

    private struct Planned {
        var block: Int
        var item: Int
        var version: JSONDigest?
        var state = State.absent
        /// Things that it owned and that went, by resource.
        var owned: [String: Int] = [:]
        var freedBytes: Int64 = 0
    }

    /// Parallel to the blocks and their items.
    private(set) var results: [[ItemResult]]
    private let reader: RecordsReader
    private let owned: [RecordsRemover.Owned]
    private let sizes: [[Int64]]
    private var planned: [Planned] = []
    private var tokens: [[UInt8]: Int] = [:]
    private var going: Set<Int> = []

    init(_ blocks: [ItemBlock], reader: RecordsReader, owned: [RecordsRemover.Owned]) {
        self.reader = reader
        self.owned = owned
        results = blocks.map { $0.items.map { _ in ItemResult(.notTried) } }
        sizes = blocks.map { $0.items.map { max(0, $0.size) } }
        for (number, block) in blocks.enumerated() {
            for (index, item) in block.items.enumerated() where item.verdict == .remove {
                tokens[Array(block.name(of: item))] = planned.count
                planned.append(Planned(block: number, item: index, version: JSONDigest(block.version(of: item))))
            }
        }
    }

    var isEmpty: Bool { planned.isEmpty }

    /// Forgets what was seen, but not what is gone already.
    mutating func start() {
        for token in planned.indices { planned[token].state = .absent }
        going = []
    }

    /// Takes an entry of the file.
    /// - Returns: the token of one that is as planned.
    mutating func look(_ entry: JSONEntry) throws(StoreError) -> Int? {
        guard case .name(let name) = try reader.name(of: entry), let token = tokens[name] else { return nil }
        guard case .absent = planned[token].state else {
            planned[token].state = .other("another entry has the same name by now; both stay")
            return nil
        }
        guard entry.digest == planned[token].version else {
            planned[token].state = .other("it was changed since the plan; it stays")
            return nil
        }
        planned[token].state = .found(owned.map { entry.field($0.field).names })
        return token
    }

    /// Removes what the records own.
    /// - Returns: those that may go.
    mutating func decide(_ found: [Int], _ isCancelled: () -> Bool) -> Set<Int> {
        going = []
        for token in found {
            if isCancelled() { break }
            guard case .found(let names) = planned[token].state else { continue }
            if clear(token, names, isCancelled) { going.insert(token) }
        }
        return going
    }

    /// The file is rewritten, without those that were to go.
    mutating func finish() {
        for (token, record) in planned.enumerated() {
            switch record.state {
            case .absent: set(token, ItemResult(.gone))
            case .other(let why): set(token, ItemResult(.changed, detail: why))
            case .refused: break
            case .found where going.contains(token):
                // Where it owned something, it was that which took room.
                let freed = owned.isEmpty ? sizes[record.block][record.item] : 0
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
        for (token, record) in planned.enumerated() {
            if case .refused = record.state { continue }
            set(token, result)
        }
    }

    private mutating func set(_ token: Int, _ result: ItemResult) {
        let record = planned[token]
        var result = result
        result.freedBytes += record.freedBytes
        result.owned = record.owned
        results[record.block][record.item] = result
    }

    /// - Returns: whether everything that the record owns is gone.
    private mutating func clear(_ token: Int, _ names: [[String]?], _ isCancelled: () -> Bool) -> Bool {
        for (owned, names) in zip(owned, names) {
            guard let names else {
                let detail = "its \(owned.written) does not tell what it owns; it stays"
                refuse(token, ItemResult(.failed, failure: .integrity, detail: detail))
                return false
            }
            for name in names {
                let one = owned.remove(name, isCancelled)
                planned[token].freedBytes += one.freedBytes
                switch one.outcome {
                // A delete marker leaves the contents where they are.
                case .deleted: if one.isForGood { planned[token].owned[owned.resource, default: 0] += 1 }
                case .gone: continue
                case .notTried: return false
                case .pending, .compressed, .updated, .changed, .inUse, .failed:
                    let failure = one.failure ?? .conflict
                    refuse(token, ItemResult(.failed, failure: failure, detail: one.detail ?? "\(one.outcome)"))
                    return false
                }
            }
        }
        return true
    }

    private mutating func refuse(_ token: Int, _ result: ItemResult) {
        planned[token].state = .refused
        set(token, result)
    }
}
