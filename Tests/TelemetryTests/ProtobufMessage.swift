/// A message of Protocol Buffers as its bytes have it, read without any knowledge of the code that wrote them.
struct ProtobufMessage {
    struct Malformed: Error {}

    private enum Value {
        case varint(UInt64)
        case fixed64(UInt64)
        case bytes(ArraySlice<UInt8>)
    }

    private var fields: [(number: UInt64, value: Value)] = []

    init(_ bytes: ArraySlice<UInt8>) throws {
        var rest = bytes
        while !rest.isEmpty {
            let tag = try Self.varint(&rest)
            fields.append((tag >> 3, try Self.value(of: tag & 7, &rest)))
        }
    }

    /// The messages of a body in which the length of each stands before it.
    static func delimited(_ body: [UInt8]) throws -> [ProtobufMessage] {
        var rest = body[...]
        var messages: [ProtobufMessage] = []
        while !rest.isEmpty { messages.append(try ProtobufMessage(try bytes(&rest))) }
        return messages
    }

    /// The numbers of the fields in their order, for what may not be there.
    var numbers: [UInt64] { fields.map(\.number) }

    func messages(_ number: UInt64) throws -> [ProtobufMessage] {
        try values(number).map { value in
            guard case .bytes(let bytes) = value else { throw Malformed() }
            return try ProtobufMessage(bytes)
        }
    }

    func texts(_ number: UInt64) throws -> [String] {
        try values(number).map { value in
            guard case .bytes(let bytes) = value, let text = String(validating: bytes, as: UTF8.self) else {
                throw Malformed()
            }
            return text
        }
    }

    func wholes(_ number: UInt64) throws -> [UInt64] {
        try values(number).map { value in
            guard case .varint(let number) = value else { throw Malformed() }
            return number
        }
    }

    /// `sint64`.
    func signed(_ number: UInt64) throws -> [Int] {
        try wholes(number).map { $0.isMultiple(of: 2) ? Int($0 / 2) : -Int($0 / 2) - 1 }
    }

    func doubles(_ number: UInt64) throws -> [Double] {
        try values(number).map { value in
            guard case .fixed64(let bits) = value else { throw Malformed() }
            return Double(bitPattern: bits)
        }
    }

    private func values(_ number: UInt64) -> [Value] {
        fields.filter { $0.number == number }.map(\.value)
    }

    private static func value(of type: UInt64, _ rest: inout ArraySlice<UInt8>) throws -> Value {
        switch type {
        case 0: return .varint(try varint(&rest))
        case 1:
            guard rest.count >= 8 else { throw Malformed() }
            defer { rest = rest.dropFirst(8) }
            return .fixed64(rest.prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) })
        case 2: return .bytes(try bytes(&rest))
        default: throw Malformed()
        }
    }

    private static func bytes(_ rest: inout ArraySlice<UInt8>) throws -> ArraySlice<UInt8> {
        let count = try varint(&rest)
        guard count <= rest.count else { throw Malformed() }
        defer { rest = rest.dropFirst(Int(count)) }
        return rest.prefix(Int(count))
    }

    private static func varint(_ rest: inout ArraySlice<UInt8>) throws -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 7) {
            guard let byte = rest.popFirst() else { throw Malformed() }
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
        }
        throw Malformed()
    }
}
