/// What is wrong with a connection, as a line that begins with its name.
enum ConnectionLine {
    /// Most errors begin with the name themselves, as logs need it; here it stands there once.
    static func of(_ error: any Error, at name: String) -> String {
        let text = "\(error)"
        if text.hasPrefix("\(name): ") { return "connection \(text)" }
        if text.hasPrefix("Connection \(name)") { return "c\(text.dropFirst())" }
        return "connection \(name): \(text)"
    }
}
