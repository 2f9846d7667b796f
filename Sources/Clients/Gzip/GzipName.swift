/// The name of one entry of a directory, ready for system calls.
struct GzipName: Sendable {
    /// The longest name that Linux's file systems take, in bytes.
    static let maximumLength = 255

    let bytes: [UInt8]
    /// The same, ended by a zero.
    let terminated: [CChar]

    /// - Throws: `.io` for what cannot be the name of an entry (empty, too long, with a slash or a zero).
    init(_ bytes: [UInt8]) throws(GzipError) {
        self.bytes = bytes
        terminated = bytes.map { CChar(bitPattern: $0) } + [0]
        guard !bytes.isEmpty, !bytes.contains(0), !bytes.contains(UInt8(ascii: "/")) else {
            throw GzipError(.io, "\(quoted) is not the name of a file")
        }
        guard bytes.count <= Self.maximumLength else {
            let text = "\(quoted) would be a name of \(bytes.count) bytes, but 255 is the most; rename the file"
            throw GzipError(.io, text)
        }
    }

    /// For people: in quotes, with what would spoil a message as `\xHH`.
    var quoted: String { "\"\(PathText(bytes))\"" }
}
