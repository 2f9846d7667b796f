import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// A file that is part of the program, as browsers get it: kept for five minutes, then asked for by its digest.
struct EmbeddedFile: Sendable {
    private let bytes: ByteBuffer
    private let headers: HTTPFields

    init(_ bytes: [UInt8], type: String) {
        self.bytes = ByteBuffer(bytes: bytes)
        let digest = SHA256.hash(data: Data(bytes)).prefix(16).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
        headers = [.contentType: type, .cacheControl: "max-age=300", .eTag: "\"\(digest.joined())\""]
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
