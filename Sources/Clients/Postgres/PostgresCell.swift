/// One value that is not NULL, in the memory of its result: text, or the binary form of its type.
///
/// Each reader gives `nil` if the value is not what it reads.
struct PostgresCell {
    let type: UInt32
    let isBinary: Bool
    let bytes: UnsafeBufferPointer<UInt8>

    /// What the server would write; the types of `PostgresType.binary` are all here.
    func text() -> String? {
        guard isBinary else { return String(decoding: bytes, as: UTF8.self) }
        switch type {
        case PostgresType.bool: return bool().map { $0 ? "t" : "f" }
        case PostgresType.int2, PostgresType.int4, PostgresType.int8, PostgresType.oid: return int().map { "\($0)" }
        case PostgresType.tid:
            guard let block: UInt32 = integer(at: 0), let offset: UInt16 = integer(at: 4) else { return nil }
            return "(\(block),\(offset))"
        case PostgresType.timestamptz: return integer().map { PostgresTime.text(server: $0, suffix: "+00") }
        case PostgresType.timestamp: return integer().map { PostgresTime.text(server: $0, suffix: "") }
        case PostgresType.date: return integer().map { PostgresTime.text(serverDays: $0) }
        case PostgresType.bytea: return "\\x" + bytes.map { Self.digits[Int($0)] }.joined()
        default: return String(decoding: bytes, as: UTF8.self)
        }
    }

    func int() -> Int64? {
        guard isBinary else { return Self.decimal(bytes) }
        switch type {
        case PostgresType.int8: return integer()
        case PostgresType.int4: return (integer() as Int32?).map { Int64($0) }
        case PostgresType.int2: return (integer() as Int16?).map { Int64($0) }
        case PostgresType.oid: return (integer() as UInt32?).map { Int64($0) }
        default: return Self.isText(type) ? Self.decimal(bytes) : nil
        }
    }

    func bool() -> Bool? {
        guard type == PostgresType.bool, bytes.count == 1 else { return nil }
        if isBinary { return bytes[0] != 0 }
        return bytes[0] == UInt8(ascii: "t")
    }

    func timestamp() -> Int64? {
        guard isBinary else { return PostgresTimeParser.unix(bytes) }
        switch type {
        case PostgresType.timestamptz, PostgresType.timestamp:
            return integer().map { PostgresTime.unix(fromServer: $0) }
        case PostgresType.date: return integer().map { PostgresTime.unix(fromServerDays: $0) }
        default: return Self.isText(type) ? PostgresTimeParser.unix(bytes) : nil
        }
    }

    func bytea() -> [UInt8]? {
        guard type == PostgresType.bytea else { return nil }
        if isBinary { return Array(bytes) }
        // bytea_output = hex, the default: `\x` and two digits for each byte.
        guard bytes.count >= 2, bytes.count % 2 == 0, bytes.starts(with: "\\x".utf8) else { return nil }
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count / 2 - 1)
        for index in stride(from: 2, to: bytes.count, by: 2) {
            guard let high = Self.nibble(bytes[index]), let low = Self.nibble(bytes[index + 1]) else { return nil }
            result.append(high << 4 | low)
        }
        return result
    }

    /// The whole value in network order.
    private func integer<Integer: FixedWidthInteger>() -> Integer? {
        bytes.count == MemoryLayout<Integer>.size ? integer(at: 0) : nil
    }

    private func integer<Integer: FixedWidthInteger>(at offset: Int) -> Integer? {
        guard offset + MemoryLayout<Integer>.size <= bytes.count else { return nil }
        return Integer(bigEndian: UnsafeRawBufferPointer(bytes).loadUnaligned(fromByteOffset: offset, as: Integer.self))
    }

    private static func isText(_ type: UInt32) -> Bool {
        switch type {
        case PostgresType.text, PostgresType.varchar, PostgresType.bpchar, PostgresType.name: true
        default: false
        }
    }

    private static func decimal(_ bytes: UnsafeBufferPointer<UInt8>) -> Int64? {
        Int64(String(decoding: bytes, as: UTF8.self))
    }

    private static let digits = (0..<256).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }

    private static func nibble(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}
