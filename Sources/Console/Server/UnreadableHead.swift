import HTTPTypes
import NIOCore
import NIOHTTP1

/// The answer to what the decoder could not read as the head of a request; no route ever sees that.
///
/// Source: RFC 6585, section 5, for heads that are too long; RFC 9112, section 2.2, for all others.
enum UnreadableHead {
    /// Bytes of all headers, of one of them (and of the address asked for), and how many there may be.
    static let limits = (all: 32_768, one: 16_384, count: 100)

    /// Throws only if a text cannot be encoded, which none is.
    static func answer(to error: HTTPParserError) throws -> (head: HTTPResponseHead, body: ByteBuffer) {
        let problem = problem(error)
        var (fields, body) = try problem.parts()
        SecurityHeaders.add(to: &fields)
        fields[.connection] = "close"
        fields[.contentLength] = String(body.readableBytes)
        let headers = HTTPHeaders(fields.map { ($0.name.rawName, $0.value) })
        let status = HTTPResponseStatus(statusCode: problem.status.code, reasonPhrase: problem.status.reasonPhrase)
        return (HTTPResponseHead(version: .http1_1, status: status, headers: headers), body)
    }

    private static func problem(_ error: HTTPParserError) -> HTTPProblem {
        guard case .headerOverflow = error else {
            return HTTPProblem(.badRequest, "This is not a request of HTTP/1.1.")
        }
        return HTTPProblem(
            .requestHeaderFieldsTooLarge,
            "A request may have \(limits.count) headers, \(limits.all) bytes in all, \(limits.one) in each and in its path."
        )
    }
}
