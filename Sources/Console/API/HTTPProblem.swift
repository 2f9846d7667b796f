import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// An error as problem document.
///
/// Source: RFC 9457; without a `type` its meaning is that of the status.
struct HTTPProblem: Error {
    let status: HTTPResponse.Status
    /// A sentence for the caller.
    let detail: String
    /// Path of the member of the body that is wrong (`overrides.logs.older_than`).
    var member: String?
    /// What the log has beside the true error.
    var reference: String?
    var headers: HTTPFields = [:]

    init(_ status: HTTPResponse.Status, _ detail: String, member: String? = nil) {
        self.status = status
        self.detail = detail
        self.member = member
        if status == .unauthorized { headers[.wwwAuthenticate] = "Bearer" }
    }

    /// 429, and when it is worth to come again.
    static func tooMany(_ detail: String, retryAfter seconds: Int) -> HTTPProblem {
        var problem = HTTPProblem(.tooManyRequests, "\(detail) Try again in \(seconds) s.")
        problem.headers[.retryAfter] = String(seconds)
        return problem
    }

    /// 401 for a person before a page.
    static let login = HTTPProblem(.unauthorized, "A token shows who you are and what you may do.")

    init(_ error: ConsoleError) {
        let status: HTTPResponse.Status =
            switch error.code {
            case .invalid: .badRequest
            case .forbidden: .forbidden
            case .notFound: .notFound
            case .conflict: .conflict
            case .refused: .unprocessableContent
            case .unavailable: .serviceUnavailable
            }
        self.init(status, error.message)
    }

    private struct Document: Encodable {
        let title: String
        let status: Int
        let detail: String
        let member: String?
        let reference: String?
    }

    /// Throws only if a text cannot be encoded, which none is.
    func response() throws -> Response {
        let (headers, body) = try parts()
        return Response(status: status, headers: headers, body: .init(byteBuffer: body))
    }

    /// As `response`, for who has no request.
    func parts() throws -> (headers: HTTPFields, body: ByteBuffer) {
        let document = Document(
            title: status.reasonPhrase,
            status: status.code,
            detail: detail,
            member: member,
            reference: reference
        )
        var headers = headers
        headers[.contentType] = "application/problem+json"
        return (headers, ByteBuffer(bytes: try JSONForm.encode(document)))
    }
}
