import Clients
import Support

/// Replies as a server writes them, and as a broken or evil one does.
enum RedisWire {
    static func bytes(_ value: RedisValue) -> [UInt8] {
        switch value {
        case .null: Array("$-1\r\n".utf8)
        case .simple(let word): Array("+\(word)\r\n".utf8)
        case .integer(let number): Array(":\(number)\r\n".utf8)
        case .error(let code, let message): Array("-\(code) \(message)\r\n".utf8)
        case .string(let bytes): Array("$\(bytes.count)\r\n".utf8) + bytes + [13, 10]
        case .array(let elements): Array("*\(elements.count)\r\n".utf8) + elements.flatMap { self.bytes($0) }
        }
    }

    /// The whole replies at the start of `bytes`, read in the simplest way: a second opinion.
    static func replies(in bytes: [UInt8]) -> [RedisValue] {
        var rest = bytes[...]
        var replies: [RedisValue] = []
        while let reply = take(&rest, depth: 0) { replies.append(reply) }
        return replies
    }

    private static func take(_ rest: inout ArraySlice<UInt8>, depth: Int) -> RedisValue? {
        guard depth < 8, let type = rest.popFirst(), let end = rest.firstRange(of: [13, 10]) else { return nil }
        let line = String(decoding: rest[..<end.lowerBound], as: UTF8.self)
        rest = rest[end.upperBound...]
        switch type {
        case UInt8(ascii: "+"): return .simple(line)
        case UInt8(ascii: ":"): return Int64(line).map { .integer($0) }
        case UInt8(ascii: "-"):
            let words = line.split(separator: " ", maxSplits: 1)
            return .error(code: words.first.map(String.init) ?? "ERR", message: words.count > 1 ? String(words[1]) : "")
        case UInt8(ascii: "$"):
            guard let length = Int(line), length >= 0 else { return line == "-1" ? .null : nil }
            let bytes = Array(rest.prefix(length))
            rest = rest.dropFirst(length)
            guard bytes.count == length, rest.prefix(2) == [13, 10] else { return nil }
            rest = rest.dropFirst(2)
            return .string(bytes)
        case UInt8(ascii: "*"):
            guard let count = Int(line), count >= 0 else { return line == "-1" ? .null : nil }
            var elements: [RedisValue] = []
            while elements.count < count {
                guard let element = take(&rest, depth: depth + 1) else { return nil }
                elements.append(element)
            }
            return .array(elements)
        default: return nil
        }
    }

    /// - Parameter depth: of arrays within arrays at most.
    static func value(depth: Int, _ random: inout SeededGenerator) -> RedisValue {
        switch Int.random(in: 0..<(depth > 0 ? 8 : 5), using: &random) {
        case 0: .null
        case 1: .simple(random.pick(["OK", "QUEUED", "", "a b"]))
        case 2: .integer(random.pick([0, -1, .max, .min, 42]))
        case 3: .error(code: "ERR", message: random.pick(["no", "x y z"]))
        case 4:
            .string((0..<Int.random(in: 0...40, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) })
        default: .array((0..<Int.random(in: 0...4, using: &random)).map { _ in value(depth: depth - 1, &random) })
        }
    }

    /// Cuts, changes, doubles or inserts bytes.
    static func damage(_ bytes: inout [UInt8], _ random: inout SeededGenerator) {
        for _ in 0..<Int.random(in: 1...3, using: &random) where !bytes.isEmpty {
            let place = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<5, using: &random) {
            case 0: bytes.removeSubrange(place...)
            case 1: bytes[place] = UInt8.random(in: 0...255, using: &random)
            case 2: bytes.insert(contentsOf: bytes[place...], at: place)
            case 3: bytes.remove(at: place)
            default: bytes.insert(contentsOf: Array(random.pick(hostile).utf8), at: place)
            }
        }
    }

    /// What has broken readers of replies.
    static let hostile = [
        "*2147483647\r\n", "*9223372036854775807\r\n", "*-7\r\n", "$9223372036854775807\r\n", "$2147483647\r\n",
        "$-7\r\n", ":99999999999999999999\r\n", "*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n",
        "HTTP/1.1 400 Bad Request\r\n\r\n", "\0\0\0\0", "\r\n\r\n", "+OK", "-ERR", "$5\r\nabc", "%2\r\n",
        "*1000000\r\n",
    ]
}
