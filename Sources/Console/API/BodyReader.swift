import HTTPTypes
import Hummingbird
import NIOCore

/// Reads bodies of requests, never more than 64 KiB.
enum BodyReader {
    static let most = 65_536
    static let tooLarge = HTTPProblem(.contentTooLarge, "The body is longer than this call takes.")

    static func hasBody(_ request: Request) -> Bool {
        request.headers[.transferEncoding] != nil || (request.headers[.contentLength] ?? "0") != "0"
    }

    /// Throws 413 before it reads what says itself that it is too long, 415 for a type that the route does not take, 400
    /// where none or one is due.
    static func read(_ request: Request, _ kind: Route.Body, most: Int) async throws -> [UInt8] {
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > most { throw tooLarge }
        guard hasBody(request) else {
            switch kind {
            case .json(_, isRequired: true), .secret: throw HTTPProblem(.badRequest, "The body is missing.")
            case .none, .json: return []
            }
        }
        try checkType(request, kind)
        let buffer = try await request.body.collect(upTo: most)
        guard kind != .none || buffer.readableBytes == 0 else {
            throw HTTPProblem(.badRequest, "This call takes no body.")
        }
        return Array(buffer: buffer)
    }

    private static func checkType(_ request: Request, _ kind: Route.Body) throws {
        let allowed: [String]
        switch kind {
        case .none: return
        case .json: allowed = ["application/json"]
        case .secret: allowed = ["application/json", "application/x-www-form-urlencoded"]
        }
        guard allowed.contains(type(of: request)) else {
            throw HTTPProblem(.unsupportedMediaType, "The body must be \(allowed.joined(separator: " or ")).")
        }
    }

    /// Without its parameters.
    static func type(of request: Request) -> String {
        String((request.headers[.contentType] ?? "").prefix { $0 != ";" && $0 != " " }).lowercased()
    }
}
