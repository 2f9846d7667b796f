import Retention

/// Words of the file as they may stand in an error: printable, and not too long.
enum Shown {
    private static let limit = 80

    /// A sentence that may quote the file.
    static func message(_ message: String) -> String {
        let printable = DisplayName.printable(message.utf8)
        return printable.count <= 5 * limit ? printable : printable.prefix(5 * limit) + "…"
    }

    static func text(_ text: String) -> String {
        let printable = DisplayName.printable(text.utf8)
        return printable.count <= limit ? printable : printable.prefix(limit) + "…"
    }

    /// A key as it stands in a path: in quotes if it is not a plain word.
    static func key(_ key: String) -> String {
        let isPlain = key.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
        return isPlain && !key.isEmpty ? text(key) : "\"\(text(key))\""
    }

    static func path(_ parent: String, _ name: String) -> String {
        parent.isEmpty ? key(name) : parent + "." + key(name)
    }
}
