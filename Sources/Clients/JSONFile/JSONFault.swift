/// What is wrong with JSON text, and where.
package struct JSONFault: Error, Sendable, Equatable {
    /// Of the byte at which it shows, from the beginning of the text.
    package let offset: Int
    /// As a clause: `"," stands where a value should`.
    package let finding: String

    init(_ offset: Int, _ finding: String) {
        self.offset = offset
        self.finding = finding
    }

    /// An entry is kept in memory as a whole.
    static func tooLong(at offset: Int, limit: Int) -> JSONFault {
        JSONFault(offset, "an entry is longer than \(limit) bytes")
    }
}
