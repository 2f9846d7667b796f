import Retention

/// Writes JSON by hand where order and speed matter: one object a line, keys in a fixed order.
enum JSONText {
    /// An object of ready-made values in the order given.
    static func object(_ members: [(String, String)]) -> String {
        "{" + members.map { "\(JSONString.quoted($0.0)):\($0.1)" }.joined(separator: ",") + "}"
    }

    /// A number with at most three decimals; JSON has no NaN.
    static func number(_ value: Double) -> String {
        guard value.isFinite else { return "null" }
        let rounded = (value * 1000).rounded() / 1000
        return rounded == rounded.rounded() && abs(rounded) < 1e15 ? String(Int64(rounded)) : String(rounded)
    }
}
