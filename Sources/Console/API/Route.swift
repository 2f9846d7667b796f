import HTTPTypes
import Hummingbird

/// One row of the table that the HTTP side is made of: router, access, metrics and OpenAPI document all come from it.
struct Route: Sendable {
    /// What a call does to the service.
    enum Effect: Sendable {
        case reads
        /// It is in the ledger before it is carried out, or it is not carried out.
        case changes
        /// As `changes`, but carried out also when the ledger fails: it mends, ends, or is only about the caller.
        case mends
    }

    /// What it takes as body.
    enum Body: Sendable, Equatable {
        case none
        /// A JSON document of that schema.
        case json(String, isRequired: Bool = true)
        /// JSON or a form (`application/x-www-form-urlencoded`) of that schema; the body is never recorded.
        case secret(String)
    }

    /// An answer that is no problem.
    struct Answer: Sendable, Equatable {
        var status: HTTPResponse.Status
        var type: String?
        /// A schema of the OpenAPI document.
        var schema: String?

        static func json(_ schema: String, _ status: HTTPResponse.Status = .ok) -> Answer {
            Answer(status: status, type: "application/json", schema: schema)
        }

        static func other(_ type: String, _ status: HTTPResponse.Status = .ok) -> Answer {
            Answer(status: status, type: type, schema: nil)
        }

        static func empty(_ status: HTTPResponse.Status) -> Answer {
            Answer(status: status, type: nil, schema: nil)
        }
    }

    var method: HTTPRequest.Method
    /// Segments in braces are parameters: `/api/cleanup/runs/{id}`.
    var template: String
    /// `nil` = for everybody.
    var role: ConsoleConfiguration.Role?
    var effect: Effect = .reads
    var summary: String
    var parameters: [QueryParameter] = []
    var body: Body = .none
    /// The longest body that it takes, in bytes.
    var mostBytes = BodyReader.most
    /// Pages of `http.client_origins` may read the answer.
    var isShared = false
    /// It is read by a person: its errors are pages, too, and who is not known gets the form to log in.
    var isPage = false
    var answers: [Answer]
    var handler: @Sendable (Call) async throws -> Response
}
