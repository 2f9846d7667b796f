import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// An error as RFC 9457 problem document.
struct HTTPProblem: HTTPResponseError {
    let status: HTTPResponse.Status
    let detail: String

    init(_ status: HTTPResponse.Status, _ detail: String) {
        self.status = status
        self.detail = detail
    }

    private struct Document: Encodable {
        let title: String
        let status: Int
        let detail: String
    }

    func response(from request: Request, context: some RequestContext) throws -> Response {
        let document = Document(title: status.reasonPhrase, status: status.code, detail: detail)
        let data = try JSONEncoder().encode(document)
        var headers: HTTPFields = [.contentType: "application/problem+json"]
        if status == .unauthorized { headers[.wwwAuthenticate] = "Bearer" }
        return Response(status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: data)))
    }
}
