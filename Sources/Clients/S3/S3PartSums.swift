import Crypto
import Foundation

/// The MD5 sum of what is sent in one request: the server compares it with what has arrived.
package struct S3PartSum: Sendable, Equatable {
    let bytes: [UInt8]

    package init(of body: [UInt8]) { bytes = Array(Insecure.MD5.hash(data: body)) }

    /// As in the header Content-MD5.
    var header: String { Data(bytes).base64EncodedString() }
}

/// The sums of all that makes one object, and with them the ETag of a server that has stored just that.
///
/// Servers that encrypt by keys of their own, and some others, make other ETags: then an ETag proves nothing, and only
/// reading back does.
package struct S3PartSums: Sendable, Equatable {
    private var sums: [UInt8] = []
    /// How many there are.
    package private(set) var parts = 0
    /// Bytes of all parts.
    package private(set) var length: Int64 = 0

    package init() {}

    /// The next part.
    package mutating func add(_ sum: S3PartSum, of body: [UInt8]) {
        sums += sum.bytes
        parts += 1
        length += Int64(body.count)
    }

    /// Of an object that was written by one request.
    package var etag: String { Hexadecimal.text(sums) }

    /// Of an object that was put together from parts.
    package var etagOfParts: String { "\(Hexadecimal.text(Insecure.MD5.hash(data: sums)))-\(parts)" }
}
