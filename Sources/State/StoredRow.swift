/// A row of either engine, read by the names of its columns. No column is trusted: a damaged or altered store must give
/// an error, not a trap.
protocol StoredRow {
    /// `nil` for NULL.
    func text(_ column: String) throws -> String?
    func integer(_ column: String) throws -> Int64?
    func number(_ column: String) throws -> Double?
    func flag(_ column: String) throws -> Bool?
}

extension StoredRow {
    func requiredText(_ column: String) throws -> String { try Self.required(text(column), column) }

    func requiredNumber(_ column: String) throws -> Double { try Self.required(number(column), column) }

    func requiredFlag(_ column: String) throws -> Bool { try Self.required(flag(column), column) }

    /// An integer of any width. Throws `.corrupt` if it does not fit.
    func required<Value: FixedWidthInteger>(_ column: String, as type: Value.Type = Value.self) throws -> Value {
        let value = try Self.required(integer(column), column)
        guard let narrow = Value(exactly: value) else {
            throw StateError.unheard("\(value) in the column \(column), which is out of range")
        }
        return narrow
    }

    private static func required<Value>(_ value: Value?, _ column: String) throws -> Value {
        guard let value else {
            throw StateError.unheard("nothing in the column \(column), where something must be")
        }
        return value
    }
}
