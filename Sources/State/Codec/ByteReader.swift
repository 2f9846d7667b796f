/// Reads what `ByteWriter` writes; every step is checked against the end, so that no input can make it trap.
struct ByteReader: ~Copyable {
    /// Why bytes are not what a writer made.
    struct Failure: Error {
        var reason: String
    }

    private let base: UnsafeRawBufferPointer
    private var position = 0

    /// - Parameter bytes: must outlive the reader.
    init(_ bytes: UnsafeRawBufferPointer) {
        base = bytes
    }

    var remaining: Int { base.count - position }

    @inline(__always)
    mutating func byte() throws(Failure) -> UInt8 {
        guard position < base.count else { throw Failure(reason: "it ends early") }
        defer { position += 1 }
        return base[position]
    }

    @inline(__always)
    mutating func number() throws(Failure) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            let next = try byte()
            // The tenth byte has room for one bit.
            guard shift < 63 || next <= 1 else { throw Failure(reason: "a number is too long") }
            value |= UInt64(next & 0x7F) << shift
            if next & 0x80 == 0 { return value }
            shift += 7
        }
    }

    @inline(__always)
    mutating func signedNumber() throws(Failure) -> Int64 {
        let value = try number()
        return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
    }

    /// A number that is at most `limit`.
    @inline(__always)
    mutating func number(upTo limit: Int, _ what: StaticString) throws(Failure) -> Int {
        let value = try number()
        guard value <= UInt64(limit) else { throw Failure(reason: "\(what) is out of range") }
        return Int(value)
    }

    /// As many bytes as are asked for.
    mutating func raw(_ count: Int) throws(Failure) -> [UInt8] {
        guard count >= 0, count <= remaining else { throw Failure(reason: "it ends early") }
        defer { position += count }
        return Array(base[position..<position + count])
    }

    mutating func blob() throws(Failure) -> [UInt8] {
        try raw(number(upTo: remaining, "a length"))
    }

    mutating func text() throws(Failure) -> String {
        guard let text = String(validating: try blob(), as: UTF8.self) else {
            throw Failure(reason: "a text is not UTF-8")
        }
        return text
    }

    /// A count followed by as many texts.
    mutating func texts() throws(Failure) -> [String] {
        let count = try number(upTo: min(remaining, Int(UInt16.max) + 1), "a table's length")
        var texts: [String] = []
        texts.reserveCapacity(count)
        for _ in 0..<count { texts.append(try text()) }
        return texts
    }

    func expectEnd() throws(Failure) {
        guard remaining == 0 else { throw Failure(reason: "bytes follow its end") }
    }
}
