import NIOHTTP1

/// A signed request, as it is sent.
struct S3Message: Sendable {
    let origin: S3Origin
    let head: HTTPRequestHead
    let body: [UInt8]

    /// Nothing in it could be taken for the end of a header: an ETag is whatever a server has said.
    var isClean: Bool {
        head.headers.allSatisfy { _, value in value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F } }
    }
}

/// What came back over a connection.
struct S3Answer: Sendable {
    let reply: S3Reply
    /// The connection may be asked for something else.
    let mayStay: Bool
}
