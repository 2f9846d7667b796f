import HTTPTypes
import Hummingbird
import Logging

/// What a handler gets: a request that has been matched, identified, limited, read and recorded.
struct Call: Sendable {
    let request: Request
    /// The decoded segments that stand for the template's names.
    let path: [String: String]
    let query: Query
    let body: [UInt8]
    /// Who it is; `nil` = nobody known, which only routes without a role get.
    let caller: Caller?
    /// Address that it comes from.
    let address: String
    /// The identity that the ledger gave it; empty for calls that change nothing.
    let id: String

    var pathID: String { path["id"] ?? "" }

    /// Throws 401 when nobody is known, which a route with a role never sees.
    func knownCaller() throws -> Caller {
        guard let caller else { throw HTTPProblem(.unauthorized, "A valid token is needed.") }
        return caller
    }

    /// The body as document. Throws 400 with the member that is wrong.
    func document<Document: Decodable>(_ type: Document.Type) throws -> Document {
        try JSONForm.decode(type, from: body)
    }

    /// As `document`, or that value when there is no body.
    func document<Document: Decodable>(_ type: Document.Type, otherwise: Document) throws -> Document {
        body.isEmpty ? otherwise : try JSONForm.decode(type, from: body)
    }
}
