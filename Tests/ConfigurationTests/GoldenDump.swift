import CleanupConfiguration
import Retention

/// A configuration as text, one value a line, the same each time.
enum GoldenDump {
    static func text(_ configuration: Configuration) -> String {
        lines(configuration, at: "").map { $0 + "\n" }.joined()
    }

    private static func lines(_ value: Any, at path: String) -> [String] {
        if let leaf = leaf(value) { return ["\(path) = \(leaf)"] }
        let mirror = Mirror(reflecting: value)
        switch mirror.displayStyle {
        case .optional:
            guard let wrapped = mirror.children.first else { return ["\(path) = nil"] }
            return lines(wrapped.value, at: path)
        case .collection:
            let elements = mirror.children.enumerated().flatMap { lines($1.value, at: "\(path)[\($0)]") }
            return elements.isEmpty ? ["\(path) = []"] : elements
        case .dictionary:
            let pairs = mirror.children.flatMap { child in
                let parts = Mirror(reflecting: child.value).children.map(\.value)
                return lines(parts[1], at: "\(path)[\(parts[0])]")
            }
            return pairs.isEmpty ? ["\(path) = [:]"] : pairs.sorted()
        case .enum:
            guard let payload = mirror.children.first else { return ["\(path) = \(value)"] }
            return lines(payload.value, at: "\(path).\(payload.label ?? "")")
        default:
            return mirror.children.flatMap { child in
                lines(child.value, at: path.isEmpty ? child.label ?? "" : "\(path).\(child.label ?? "")")
            }
        }
    }

    private static func leaf(_ value: Any) -> String? {
        switch value {
        case let value as String: "\"\(value)\""
        case let value as Age: "\(value.text) (\(value.months) months, \(value.milliseconds) ms)"
        case let value as Schedule: "\"\(value.text)\""
        case let value as any BinaryInteger: "\(value)"
        case let value as any BinaryFloatingPoint: "\(value)"
        case let value as Bool: "\(value)"
        case let value as Secret.Text: "\(value)"
        case let value as Problem: "\"\(value)\""
        default: nil
        }
    }
}
