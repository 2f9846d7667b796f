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

    /// For people: in quotes, with bytes that are not printable UTF-8 as `\xHH`.
    var quoted: String {
        var text = "\""
        for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars where scalar == "\u{FFFD}" {
            return "\"" + Self.escapingAll(bytes) + "\""
        }
        for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
            text += Self.isPlain(scalar) ? String(scalar) : Self.escapingAll(Array(String(scalar).utf8))
        }
        return text + "\""
    }

    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
        default: scalar != "\"" && scalar != "\\"
        }
    }

    /// Printable ASCII as it is, all else as `\xHH`.
    private static func escapingAll(_ bytes: [UInt8]) -> String {
        bytes.reduce(into: "") { text, byte in
            let isPlain = (0x20..<0x7F).contains(byte) && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
            text += isPlain ? String(Unicode.Scalar(byte)) : "\\x" + (byte < 16 ? "0" : "")
            if !isPlain { text += String(byte, radix: 16, uppercase: true) }
        }
    }
}
