import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// A file that is part of the program, as browsers get it: asked for by its digest when it has been kept for long enough.
struct EmbeddedFile: Sendable {
    private let bytes: ByteBuffer
    private let headers: HTTPFields

    /// - Parameter caching: a value of Cache-Control.
    init(_ bytes: [UInt8], type: String, caching: String) {
        self.bytes = ByteBuffer(bytes: bytes)
        let digest = SHA256.hash(data: Data(bytes)).prefix(16).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
        headers = [.contentType: type, .cacheControl: caching, .eTag: "\"\(digest.joined())\""]
    }

    /// 304 for who has it already (RFC 9110, section 13.1.2).
    func answer(_ request: Request) throws -> Response {
        let known = (request.headers[.ifNoneMatch] ?? "").split(separator: ",").map { $0.trimmingPrefix { $0 == " " } }
        let isKnown = known.contains { $0 == "*" || $0 == headers[.eTag] ?? "" || $0 == "W/" + (headers[.eTag] ?? "") }
        guard !isKnown else { return Response(status: .notModified, headers: headers.without(.contentType)) }
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: bytes))
    }
}

extension HTTPFields {
    fileprivate func without(_ name: HTTPField.Name) -> HTTPFields {
        var fields = self
        fields[name] = nil
        return fields
    }
}
