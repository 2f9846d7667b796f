import Clients

/// Finds members that an object of a JSON text has twice: decoders take one of them, and readers may think of the other.
///
/// Source: RFC 8259, section 4. It looks at strings and brackets only: `JSONForm.decode` has made sure that the text is JSON.
/// Names are compared as what they stand for: `"a"` and `"\u0061"` are one.
enum RepeatedMember {
    /// What its name stands for.
    static func first(in bytes: [UInt8]) -> String? {
        var objects: [Set<[UInt8]>?] = []
        var index = 0
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "{"): objects.append([])
            case UInt8(ascii: "["): objects.append(nil)
            case UInt8(ascii: "}"), UInt8(ascii: "]"): _ = objects.popLast()
            case UInt8(ascii: "\""):
                let end = JSONStrings.end(bytes, from: index + 1)
                let text = name(bytes[(index + 1)..<max(index + 1, end)])
                index = end
                guard isName(bytes, after: end), !objects.isEmpty, objects[objects.count - 1] != nil else { break }
                let isNew = objects[objects.count - 1]?.insert(text).inserted ?? true
                if !isNew { return Printable.text(String(decoding: text, as: UTF8.self), most: 100) }
            default: break
            }
            index += 1
        }
        return nil
    }

    /// What stands between quotes, its escapes read; as it is where they are none.
    private static func name(_ text: ArraySlice<UInt8>) -> [UInt8] {
        guard text.contains(UInt8(ascii: "\\")) else { return Array(text) }
        let quote = [UInt8(ascii: "\"")]
        return (quote + text + quote).withUnsafeBytes { JSONText.decode($0) } ?? Array(text)
    }

    private static func isName(_ bytes: [UInt8], after end: Int) -> Bool {
        let blank: Set<UInt8> = [0x20, 0x09, 0x0A, 0x0D]
        return bytes[min(end + 1, bytes.count)...].first { !blank.contains($0) } == UInt8(ascii: ":")
    }
}
