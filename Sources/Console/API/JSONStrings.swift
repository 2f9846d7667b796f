import Clients

/// The strings of a text that is JSON.
enum JSONStrings {
    /// Whether each stands for a text: none has an escape that is half of a pair.
    static func areWhole(in bytes: [UInt8]) -> Bool {
        var index = 0
        while let start = bytes[index...].firstIndex(of: UInt8(ascii: "\"")) {
            let end = end(bytes, from: start + 1)
            guard end < bytes.count, bytes[start...end].withUnsafeBytes({ JSONText.decode($0) }) != nil else {
                return false
            }
            index = end + 1
        }
        return true
    }

    /// Where the closing quote is of the string that begins there, or the end of the text.
    static func end(_ bytes: [UInt8], from start: Int) -> Int {
        var index = start
        while index < bytes.count, bytes[index] != UInt8(ascii: "\"") {
            index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        return min(index, bytes.count)
    }
}
