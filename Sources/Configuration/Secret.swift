/// A value that must not reach a log, a metric, a page or an error; its descriptions never show it.
package enum Secret: Sendable, Equatable {
    case text(Text)
    /// Absolute path of a file that holds it, read when it is needed.
    case file(String)

    /// The value itself, wrapped so that printing, dumping and interpolating show nothing.
    package struct Text: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
        /// The only way to the value.
        package let revealed: String

        package init(_ value: String) {
            revealed = value
        }

        package var description: String { "(secret)" }
        package var debugDescription: String { description }
        package var customMirror: Mirror { Mirror(self, children: []) }
    }
}
