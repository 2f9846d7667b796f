import Foundation
import HTTPTypes
import Hummingbird

/// Sessions of the page.
extension ConsoleRoutes {
    var sessions: [Route] {
        [
            Route(
                method: .post,
                template: "/cleanup/login",
                effect: .mends,
                summary: "Begins a session of twelve hours with a token, as a form or as JSON.",
                body: .secret("Login"),
                mostBytes: 4_096,
                answers: [.json("Session"), .empty(.seeOther)],
                handler: login
            ),
            Route(
                method: .post,
                template: "/cleanup/logout",
                role: .view,
                effect: .mends,
                summary: "Ends the session.",
                answers: [.empty(.noContent)]
            ) { call in
                for secret in Authenticator.secrets(call.request) { authenticator.sessions.end(secret) }
                return Response(status: .noContent, headers: [.setCookie: cookie("", seconds: 0)])
            },
        ]
    }

    @Sendable private func login(_ call: Call) async throws -> Response {
        guard !configuration.tokens.isEmpty else {
            throw HTTPProblem(.conflict, "No tokens are configured, so there is nothing to log in with.")
        }
        try authenticator.refuseForeignLogin(call.request)
        let isForm = BodyReader.type(of: call.request) != "application/json"
        let offered = isForm ? try Login.form(call.body) : try call.document(Login.self).token
        let token = try authenticator.owner(of: offered, from: call.address, now: now())
        try authenticator.limitLogins(of: token.name, now: now())
        let caller = Caller(name: token.name, role: token.role, address: call.address)
        let recorded = try await recorder.begin(call, by: caller, isSecret: true, mayFail: true)
        return try await recorder.closing(recorded) {
            let secret = authenticator.sessions.begin(name: token.name, role: token.role, now: now())
            let headers: HTTPFields = [.setCookie: cookie(secret, seconds: 43_200)]
            guard isForm else {
                let document = SessionDocument(name: token.name, role: "\(token.role)")
                return try JSONForm.answer(document, headers: headers)
            }
            var response = Response(status: .seeOther, headers: headers)
            response.headers[.location] = "/cleanup"
            return response
        }
    }

    private func cookie(_ secret: String, seconds: Int) -> String {
        let secure = configuration.tls == nil ? "" : "; Secure"
        return "\(Sessions.cookie)=\(secret); HttpOnly; SameSite=Strict; Path=/; Max-Age=\(seconds)\(secure)"
    }
}

/// `POST /cleanup/login`.
private struct Login: Decodable, Sendable {
    var token: String

    enum CodingKeys: String, CodingKey, CaseIterable { case token }

    init(from decoder: any Decoder) throws {
        token = try decoder.strictContainer(keyedBy: CodingKeys.self).decode(String.self, forKey: .token)
    }

    /// The token of a form. Throws 400 unless that is its only field.
    static func form(_ body: [UInt8]) throws -> String {
        let text = String(decoding: body, as: UTF8.self)
        guard text.hasPrefix("token="), !text.contains("&"),
            let token = text.dropFirst(6).replacing("+", with: " ").removingPercentEncoding
        else { throw HTTPProblem(.badRequest, "The form must have the field token, and no other.") }
        return token
    }
}

private struct SessionDocument: Encodable {
    var name: String
    var role: String
}
