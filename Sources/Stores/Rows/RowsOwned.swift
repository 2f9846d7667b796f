import Foundation
package import Retention

/// What a column of a row owns: goes with the row, before it.
package struct RowsOwned: Sendable {
    /// Removes what one value names. Blocking.
    package typealias Remove = (_ value: String, _ isCancelled: () -> Bool) -> ItemResult

    /// As written; holds one name, or an array of them.
    package var column: String
    /// Names the counter of what goes.
    package var resource: String
    /// Opens the place where it lies, for one run. Blocking; ends within some seconds once it is cancelled. Throws
    /// `StoreError`.
    package var open: @Sendable (_ isCancelled: () -> Bool) throws -> Remove

    package init(
        column: String,
        resource: String,
        open: @escaping @Sendable (_ isCancelled: () -> Bool) throws -> Remove
    ) {
        self.column = column
        self.resource = resource
        self.open = open
    }
}

/// A due row that is held by the transaction in which it was found.
struct RowsClaimed: Equatable {
    /// What names the row at this moment, as text.
    var identity: [String]
    /// What its owned columns hold, in their order; `nil` = NULL.
    var owned: [String?]

    /// The names in an owned column: of an array each, of all else the value itself.
    static func names(in value: String?) -> [String] {
        guard let value, !value.isEmpty else { return [] }
        guard value.hasPrefix("["), let array = decode([String?].self, value) else {
            // PostgreSQL hands its columns over as JSON.
            return [value.hasPrefix("\"") ? decode(String.self, value) ?? value : value].filter { !$0.isEmpty }
        }
        return array.compactMap { $0 }.filter { !$0.isEmpty }
    }

    private static func decode<Value: Decodable>(_ type: Value.Type, _ text: String) -> Value? {
        do {
            return try JSONDecoder().decode(type, from: Data(text.utf8))
        } catch {
            // Not JSON: then it is what it looks like.
            return nil
        }
    }
}

/// The transactions of an engine in which rows are found, what they own is removed, and they are.
protocol RowsClaims {
    /// One transaction: finds due rows, has `decide` say which may go, and removes those.
    ///
    /// What `decide` did is not undone if the transaction is: things are gone then, and their row is not; the next run
    /// finds nothing left to remove, and removes the row.
    /// - Parameters:
    ///   - beyond: only rows after this one in the order of their identity; `nil` = the oldest ones first.
    ///   - pages: rows are visited in the order of their identity, and waited for.
    ///   - decide: parallel to its argument: whether the row may go. Called for all rows at once or for some after others,
    ///     in their order, and again where a lost transaction is done again.
    /// - Returns: how many rows were found, how many went or were set, and how many lock time-outs there were.
    func claim(
        limit: Int,
        beyond: [String]?,
        pages: Bool,
        isCancelled: () -> Bool,
        decide: ([RowsClaimed]) -> [Bool]
    ) throws -> RowsClaimOutcome
}

struct RowsClaimOutcome {
    var found = 0
    var changed = 0
    var lockTimeouts = 0
    var retries = 0
    /// Rows that might go, and that the database kept all the same, with what it said.
    var kept: [(row: RowsClaimed, why: String?)] = []
    /// Due rows that others hold.
    var held = 0
}
