import Clients
import Retention

/// What planned records own on its way: what their fields name, and what of that is gone.
///
/// It lives longer than one look at the file: where the file is another one meanwhile, each try goes on where the one before
/// it ended, because a record that is as planned still owns the same.
struct RecordsOwnedWork {
    enum Progress {
        case allGone
        /// The run or the file is no more; the record stays, for now.
        case unfinished
        /// The record stays.
        case refused(ItemResult)
    }

    /// Things that a record owned and that went, by resource.
    private struct Lost {
        var owned: [String: Int] = [:]
        var freedBytes: Int64 = 0
    }

    private typealias Thing = (owned: RecordsRemover.Owned, name: String)

    private let owned: [RecordsRemover.Owned]
    /// What the owned fields of a record name, `nil` = cannot be told; by token.
    private var names: [Int32: [[String]?]] = [:]
    /// How many of the things of a record are gone, in their order.
    private var gone: [Int32: Int] = [:]
    private var lost: [Int32: Lost] = [:]

    init(_ owned: [RecordsRemover.Owned]) { self.owned = owned }

    /// Forgets what was read, but not what is gone already.
    mutating func start() { names = [:] }

    /// Takes a record that is as planned.
    mutating func look(_ token: Int32, _ entry: JSONEntry) {
        if !owned.isEmpty { names[token] = owned.map { entry.field($0.field).names } }
    }

    /// Removes what a record owns; nothing where it cannot be told what that is.
    /// - Parameter isStill: the file is the one that was looked at; asked before each thing that goes.
    mutating func clear(
        _ token: Int32,
        _ isCancelled: () -> Bool,
        _ isStill: () throws -> Bool
    ) throws -> Progress {
        var things: [Thing] = []
        for (owned, names) in zip(owned, names[token] ?? owned.map { _ in nil }) {
            guard let names else { return .refused(Self.untold(owned)) }
            things += names.map { (owned, $0) }
        }
        for (owned, name) in things.dropFirst(gone[token] ?? 0) {
            // A record that was renewed meanwhile keeps what it owns.
            guard try isStill() else { return .unfinished }
            let one = owned.remove(name, isCancelled)
            lost[token, default: Lost()].freedBytes += one.freedBytes
            switch one.outcome {
            // A delete marker leaves the contents where they are.
            case .deleted: if one.isForGood { lost[token, default: Lost()].owned[owned.resource, default: 0] += 1 }
            case .gone: break
            case .notTried: return .unfinished
            case .pending, .compressed, .updated, .changed, .inUse, .failed: return .refused(Self.kept(one))
            }
            gone[token, default: 0] += 1
        }
        return .allGone
    }

    /// The result of a record, with what it owned and lost.
    func adding(to result: ItemResult, of token: Int32) -> ItemResult {
        guard let lost = lost[token] else { return result }
        var result = result
        result.freedBytes += lost.freedBytes
        result.owned = lost.owned
        return result
    }

    private static func untold(_ owned: RecordsRemover.Owned) -> ItemResult {
        ItemResult(
            .failed,
            failure: .integrity,
            detail: "its \(owned.written) does not tell what it owns; it stays"
        )
    }

    private static func kept(_ one: ItemResult) -> ItemResult {
        ItemResult(.failed, failure: one.failure ?? .conflict, detail: one.detail ?? "\(one.outcome)")
    }
}
