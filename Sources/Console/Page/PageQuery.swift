/// The query of a link, with its question mark.
struct PageQuery {
    let query: String

    /// - Parameter pairs: those without a value are left out.
    init(_ pairs: [(name: String, value: String?)]) {
        let parts = pairs.compactMap { pair in
            pair.value.map { "\(pair.name)=\(Self.escaped($0))" }
        }
        query = parts.isEmpty ? "" : "?" + parts.joined(separator: "&")
    }

    /// RFC 3986: all but unreserved characters by percent, so that it can stand in a path, too.
    static func escaped(_ text: String) -> String {
        text.utf8.reduce(into: "") { result, byte in
            let isPlain =
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || "-._~".utf8.contains(byte)
            let digits = String(byte, radix: 16, uppercase: true)
            result += isPlain ? String(UnicodeScalar(byte)) : "%" + (byte < 16 ? "0" : "") + digits
        }
    }
}
