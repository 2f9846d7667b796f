/// Parameters in the form in which libpq takes them.
struct PostgresParameters {
    let types: [UInt32]
    private let lengths: [Int32]
    private let formats: [Int32]
    /// All values behind each other, so that one allocation holds them.
    private let bytes: [UInt8]
    /// Where each begins; `nil` is NULL.
    private let starts: [Int?]

    /// - Throws: if a text holds U+0000, which no text of PostgreSQL can.
    init(_ values: [PostgresValue], connection name: String) throws(PostgresError) {
        var bytes: [UInt8] = []
        var starts: [Int?] = []
        var lengths: [Int32] = []
        for (index, value) in values.enumerated() {
            guard !value.holdsZero else { throw .zeroInParameter(name, index + 1) }
            let start = bytes.count
            starts.append(value == .null ? nil : start)
            value.append(to: &bytes)
            guard let length = Int32(exactly: bytes.count - start) else {
                throw .parameterTooLarge(name, index + 1)
            }
            lengths.append(length)
            // Text that the server infers a type from ends in a zero byte, which its length does not count.
            bytes.append(0)
        }
        (self.bytes, self.starts, self.lengths) = (bytes, starts, lengths)
        types = values.map(\.type)
        formats = values.map { $0.isBinary ? 1 : 0 }
    }

    var count: Int32 { Int32(types.count) }

    typealias Pointers = (
        values: UnsafePointer<UnsafePointer<CChar>?>?, lengths: UnsafePointer<Int32>?, formats: UnsafePointer<Int32>?
    )

    /// Lends the three arrays that libpq wants; it copies them before it returns.
    func withPointers<Result>(_ body: (Pointers) -> Result) -> Result {
        bytes.withUnsafeBufferPointer { buffer in
            let values = starts.map { start in
                start.flatMap { buffer.baseAddress?.advanced(by: $0) }
                    .map { UnsafeRawPointer($0).assumingMemoryBound(to: CChar.self) }
            }
            return values.withUnsafeBufferPointer { values in
                lengths.withUnsafeBufferPointer { lengths in
                    formats.withUnsafeBufferPointer { formats in
                        body((values.baseAddress, lengths.baseAddress, formats.baseAddress))
                    }
                }
            }
        }
    }
}

extension PostgresValue {
    /// The number of the type; 0: the server infers it.
    fileprivate var type: UInt32 {
        switch self {
        case .null, .inferred: 0
        case .bool: PostgresType.bool
        case .int: PostgresType.int8
        case .double: PostgresType.float8
        case .text: PostgresType.text
        case .timestamp: PostgresType.timestamptz
        case .integers: PostgresType.int8Array
        case .texts: PostgresType.textArray
        case .bytes: PostgresType.bytea
        }
    }

    fileprivate var isBinary: Bool {
        switch self {
        case .null, .inferred: false
        default: true
        }
    }

    fileprivate var holdsZero: Bool {
        switch self {
        case .text(let text), .inferred(let text): text.utf8.contains(0)
        case .texts(let texts): texts.contains { $0.utf8.contains(0) }
        default: false
        }
    }

    /// The binary form that the type's receive function reads.
    fileprivate func append(to bytes: inout [UInt8]) {
        switch self {
        case .null: break
        case .bool(let value): bytes.append(value ? 1 : 0)
        case .int(let value): bytes.append(bigEndian: value)
        case .double(let value): bytes.append(bigEndian: value.bitPattern)
        case .text(let text), .inferred(let text): bytes.append(contentsOf: text.utf8)
        case .timestamp(let microseconds): bytes.append(bigEndian: PostgresTime.server(fromUnix: microseconds))
        case .bytes(let value): bytes.append(contentsOf: value)
        case .integers(let values):
            bytes.append(arrayHeader: PostgresType.int8, count: values.count)
            for value in values {
                bytes.append(bigEndian: Int32(8))
                bytes.append(bigEndian: value)
            }
        case .texts(let texts):
            bytes.append(arrayHeader: PostgresType.text, count: texts.count)
            for text in texts {
                bytes.append(bigEndian: Int32(truncatingIfNeeded: text.utf8.count))
                bytes.append(contentsOf: text.utf8)
            }
        }
    }
}

extension [UInt8] {
    fileprivate mutating func append(bigEndian value: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
    }

    /// Dimensions, "holds no NULL", the elements' type, and for the one dimension its length and lower bound; an empty
    /// array has none. https://github.com/postgres/postgres/blob/REL_15_STABLE/src/backend/utils/adt/arrayfuncs.c
    fileprivate mutating func append(arrayHeader element: UInt32, count: Int) {
        append(bigEndian: Int32(count == 0 ? 0 : 1))
        append(bigEndian: Int32(0))
        append(bigEndian: element)
        guard count > 0 else { return }
        append(bigEndian: Int32(truncatingIfNeeded: count))
        append(bigEndian: Int32(1))
    }
}
