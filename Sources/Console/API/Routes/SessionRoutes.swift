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
                mostBytes: 12_288,
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
        let offered = isForm ? try Login(form: call.body) : try call.document(Login.self)
        let token = try authenticator.owner(of: offered.token, from: call.address, now: now())
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
            response.headers[.location] = ReturnPath(among: page).safe(offered.next)
            return response
        }
    }

    private func cookie(_ secret: String, seconds: Int) -> String {
        let secure = configuration.tls == nil ? "" : "; Secure"
        return "\(Sessions.cookie)=\(secret); HttpOnly; SameSite=Strict; Path=/; Max-Age=\(seconds)\(secure)"
    }
}

private struct SessionDocument: Encodable {
    var name: String
    var role: String
}
