/// What must be unchanged for a key to be the one that was planned: what it holds, and the time in its field.
struct KeyVersion: Sendable, Equatable {
    /// As `TYPE` says it.
    var type: String
    /// As the field holds it; empty where no field counts.
    var time: [UInt8]

    init(type: String, time: [UInt8] = []) {
        self.type = type
        self.time = time
    }

    /// Type, a zero, time.
    var bytes: [UInt8] { Array(type.utf8) + [0] + time }

    /// Any bytes may be given; what was not written by `bytes` is a version that no key has.
    init(_ bytes: ArraySlice<UInt8>) {
        let end = bytes.firstIndex(of: 0) ?? bytes.endIndex
        type = String(decoding: bytes[..<end], as: UTF8.self)
        time = end == bytes.endIndex ? [] : Array(bytes[(end + 1)...])
    }
}
