import Clients
import Retention

/// What must be unchanged for an item to be the one that was planned.
struct ObjectVersion: Sendable, Equatable {
    enum Kind: UInt8, Sendable {
        /// What a GET of the key gives; removed by key.
        case current = 0
        /// A version that is not current; removed by its id.
        case noncurrent = 1
        /// A delete marker; removed by its id.
        case marker = 2
        /// An unfinished upload; aborted.
        case upload = 3
    }

    /// The id of versions that were written while none were kept. It is no name for ever: where versions are suspended,
    /// the next write takes it.
    static let unnamed = "null"

    var kind: Kind
    /// Nanoseconds since 1970: when it was written or begun, as the listing said.
    var modified: Int64
    /// Bytes; of an upload those of its parts.
    var size: Int64
    /// Without quotes; empty for markers and uploads.
    var etag: String = ""
    /// Of the version or the upload; empty where none was told.
    var id: String = ""

    /// Kind, modified, size, length of the ETag, ETag, id; numbers little-endian.
    var bytes: [UInt8] {
        var result = [kind.rawValue]
        withUnsafeBytes(of: modified.littleEndian) { result.append(contentsOf: $0) }
        withUnsafeBytes(of: size.littleEndian) { result.append(contentsOf: $0) }
        withUnsafeBytes(of: UInt16(clamping: etag.utf8.count).littleEndian) { result.append(contentsOf: $0) }
        return result + etag.utf8.prefix(Int(UInt16.max)) + id.utf8
    }

    init(kind: Kind, modified: Int64, size: Int64, etag: String = "", id: String = "") {
        self.kind = kind
        self.modified = modified
        self.size = size
        self.etag = etag
        self.id = id
    }

    /// - Returns: `nil` for what `bytes` has not written.
    init?(_ bytes: ArraySlice<UInt8>) {
        guard bytes.count >= 19, let kind = Kind(rawValue: bytes[bytes.startIndex]) else { return nil }
        let rest = bytes.dropFirst(19)
        let length = Int(UInt16(Self.integer(bytes.dropFirst(17).prefix(2))))
        guard rest.count >= length else { return nil }
        self.init(
            kind: kind,
            modified: Int64(bitPattern: Self.integer(bytes.dropFirst(1).prefix(8))),
            size: Int64(bitPattern: Self.integer(bytes.dropFirst(9).prefix(8))),
            etag: String(decoding: rest.prefix(length), as: UTF8.self),
            id: String(decoding: rest.dropFirst(length), as: UTF8.self)
        )
    }

    private static func integer(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// Its seconds, which is all that a HEAD tells.
    var modifiedSeconds: Int64 { modified / 1_000_000_000 }
}

/// A candidate, as it was listed.
struct ListedObject: Sendable {
    var key: String
    var version: ObjectVersion
    /// What ages are counted from, nanoseconds since 1970.
    var time: Int64
    /// Why it stays, whatever the policy says.
    var hold: String?
}
