/// A command and its arguments.
///
/// Nothing that shows it (`description`, `dump`) contains the arguments, which may be keys, data or passwords.
package struct RedisCommand: Sendable, CustomStringConvertible, CustomReflectable {
    /// The first word, such as `SET`; subcommands are arguments. Errors and the metrics hook show it.
    package let name: String
    /// All that follows, as it is sent.
    package let arguments: [[UInt8]]

    /// - Parameters:
    ///   - name: the first word, such as `XADD`.
    ///   - arguments: text, bytes and numbers, in order.
    package init(_ name: String, _ arguments: any RedisArgument...) {
        self.init(name, arguments: arguments.map(\.redisBytes))
    }

    /// - Parameter arguments: as they are sent, in order.
    package init(_ name: String, arguments: [[UInt8]]) {
        self.name = name
        self.arguments = arguments
    }

    /// The name, and how many arguments there are.
    package var description: String { "\(name) with \(arguments.count) arguments" }
    /// For `dump`, which would show the arguments.
    package var customMirror: Mirror { Mirror(self, children: ["name": name, "arguments": arguments.count]) }
}
