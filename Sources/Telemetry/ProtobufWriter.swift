/// Builds one message in the wire format of Protocol Buffers: fields in the order in which they are written.
///
/// Source: protobuf.dev, Encoding.
struct ProtobufWriter {
    private(set) var bytes: [UInt8] = []

    /// How a value is laid out after its tag.
    private enum WireType: UInt64 {
        case varint = 0
        case fixed64 = 1
        case lengthDelimited = 2
    }

    /// `uint64`, `uint32` and enumerations.
    mutating func write(_ field: Int, _ value: UInt64) {
        writeTag(field, .varint)
        Self.append(value, to: &bytes)
    }

    /// `sint64` and `sint32`: 0, -1, 1, -2, … are 0, 1, 2, 3, …
    mutating func write(_ field: Int, signed value: Int64) {
        write(field, UInt64(bitPattern: (value << 1) ^ (value >> 63)))
    }

    /// `double`, NaN and infinities included.
    mutating func write(_ field: Int, _ value: Double) {
        writeTag(field, .fixed64)
        let bits = value.bitPattern
        for shift in stride(from: UInt64(0), to: 64, by: 8) {
            bytes.append(UInt8(truncatingIfNeeded: bits >> shift))
        }
    }

    /// `string`.
    mutating func write(_ field: Int, _ text: String) {
        writeLength(field, text.utf8.count)
        bytes.append(contentsOf: text.utf8)
    }

    /// A message whose bytes are known.
    mutating func write(_ field: Int, message: [UInt8]) {
        writeLength(field, message.count)
        bytes.append(contentsOf: message)
    }

    /// A message that is built here.
    mutating func write(_ field: Int, _ build: (inout ProtobufWriter) -> Void) {
        var message = ProtobufWriter()
        build(&message)
        write(field, message: message.bytes)
    }

    /// The start of a message whose bytes are appended next; `count` of them.
    mutating func writeLength(_ field: Int, _ count: Int) {
        writeTag(field, .lengthDelimited)
        Self.append(UInt64(count), to: &bytes)
    }

    /// Bytes of a message that was begun, or whole fields.
    mutating func append(_ encoded: [UInt8]) {
        bytes.append(contentsOf: encoded)
    }

    /// Makes room for another message without giving memory back.
    mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
    }

    /// Seven bits a byte, the lowest first; the top bit says that more follow.
    static func append(_ value: UInt64, to bytes: inout [UInt8]) {
        var rest = value
        while rest > 0x7F {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    private mutating func writeTag(_ field: Int, _ type: WireType) {
        Self.append(UInt64(field) << 3 | type.rawValue, to: &bytes)
    }
}
