import HTTPTypes
package import Hummingbird
import Logging
import NIOCore
import NIOHTTP1

/// Answers requests by the table of routes: finds, identifies, limits, reads, records, carries out; and whatever comes of
/// it has the same headers, metrics and log line.
package struct ConsoleResponder: HTTPResponder {
    let table: RouteTable
    let authenticator: Authenticator
    let metrics: HTTPMetrics
    let recorder: CallRecorder
    let reports: ClientReports
    let pages: PageLibrary
    let logger: Logger
    let now: @Sendable () -> ContinuousClock.Instant
    /// Changing calls by name of the token.
    let changes: RateLimiter

    /// What is known of a request so far.
    private struct Exchange {
        var template = "other"
        var effect = Route.Effect.reads
        var who = "-"
        var isShared = false
        /// A page: so are its errors.
        var isPage = false
        var caller: Caller?
        /// Which page a login leads to, as whoever asked says.
        var next: String?
        /// What is left of a body must not be taken for the next request, nor be read at all.
        var hasUnreadBody: Bool
    }

    /// Throws only what ends the connection.
    package func respond(to request: Request, context: ConsoleContext) async throws -> Response {
        let start = ContinuousClock.now
        var exchange = Exchange(hasUnreadBody: BodyReader.hasBody(request))
        var response: Response
        do {
            response = try await answer(request, context, &exchange)
        } catch let error as HTTPParserError {
            throw error
        } catch {
            let problem = problem(error)
            response =
                exchange.isPage
                ? try pages.answer(problem, caller: exchange.caller, next: exchange.next) : try problem.response()
        }
        SecurityHeaders.add(to: &response.headers)
        if exchange.isShared { response.headers.append(contentsOf: reports.sharing(request)) }
        if exchange.hasUnreadBody { response.headers[.connection] = "close" }
        if request.method == .head { response = response.createHeadResponse() }
        finish(request, response, context, exchange, since: start)
        return response
    }

    private func answer(_ request: Request, _ context: ConsoleContext, _ exchange: inout Exchange) async throws
        -> Response
    {
        let (route, path) = try match(request, &exchange)
        let address = context.address
        let now = now()
        guard request.headers[.host] == nil else {
            throw HTTPProblem(.badRequest, "There is more than one Host header.")
        }
        var caller = authenticator.known(request, from: address, now: now)
        exchange.caller = caller
        if let role = route.role {
            // A person who comes for the first time has not failed to show a token, and is not counted so.
            if caller == nil, exchange.isPage, authenticator.mayLogIn(request) { throw HTTPProblem.login }
            caller = try authenticator.require(role, request, from: address, now: now).caller
        }
        exchange.who = caller?.name ?? "-"
        if route.effect != .reads, route.role != nil { try limit(exchange.who, now) }
        let query = try Query(request.uri.query, route.parameters, isForm: route.isPage)
        let body = try await BodyReader.read(request, route.body, most: route.mostBytes)
        exchange.hasUnreadBody = false
        if exchange.isPage, case .secret = route.body { exchange.next = Login.next(ofForm: body) }
        var call = Call(
            request: request,
            path: path,
            query: query,
            body: body,
            caller: caller,
            address: address,
            id: ""
        )
        guard route.effect != .reads, route.role != nil else { return try await route.handler(call) }
        call = try await recorder.begin(call, of: route)
        return try await recorder.closing(call) {
            do {
                return try await route.handler(call)
            } catch let error as HTTPParserError {
                throw error
            } catch {
                return try problem(error).response()
            }
        }
    }

    private func match(_ request: Request, _ exchange: inout Exchange) throws -> (Route, [String: String]) {
        switch table.match(request.method, request.uri.path) {
        case .found(let route, let path):
            exchange.template = route.template
            exchange.effect = route.effect
            exchange.isShared = route.isShared
            exchange.isPage = route.isPage || Self.isForm(route, request)
            if route.isPage { exchange.next = request.head.path }
            return (route, path)
        case .otherMethods(let template, let allowed):
            exchange.template = template
            let names = allowed.map(\.rawValue).joined(separator: ", ")
            var problem = HTTPProblem(.methodNotAllowed, "Allowed here: \(names).")
            problem.headers[.allow] = names
            throw problem
        case .unknown:
            exchange.isPage = request.uri.path.hasPrefix("/cleanup") && Self.isShown(request)
            throw HTTPProblem(.notFound, "There is nothing here.")
        }
    }

    /// The form of the login, sent by a browser.
    private static func isForm(_ route: Route, _ request: Request) -> Bool {
        guard case .secret = route.body, BodyReader.type(of: request) != "application/json" else { return false }
        return isShown(request)
    }

    /// Whatever comes back, a browser shows it to a person.
    private static func isShown(_ request: Request) -> Bool { request.headers[.accept]?.contains("text/html") == true }

    private func limit(_ who: String, _ now: ContinuousClock.Instant) throws {
        guard let seconds = changes.take(who, now: now) else { return }
        throw HTTPProblem.tooMany("There were 60 changing calls of \(who) within a minute.", retryAfter: seconds)
    }

    /// Nothing of an error that nobody expected is told outside; the log has it under the reference.
    private func problem(_ error: any Error) -> HTTPProblem {
        switch error {
        case let error as HTTPProblem: return error
        case let error as ConsoleError: return HTTPProblem(error)
        case is NIOTooManyBytesError: return BodyReader.tooLarge
        case is CancellationError: return HTTPProblem(ConsoleError.isEnding)
        default:
            var generator = SystemRandomNumberGenerator()
            let reference = String(generator.next() as UInt32 | 0x1000_0000, radix: 16)
            logger.error(
                "A request failed: \(Printable.text("\(error)", most: 2_000))",
                metadata: ["action": "http_failed", "reference": "\(reference)"]
            )
            var problem = HTTPProblem(.internalServerError, "This failed here; the log says why, beside \(reference).")
            problem.reference = reference
            return problem
        }
    }

    private func finish(
        _ request: Request,
        _ response: Response,
        _ context: ConsoleContext,
        _ exchange: Exchange,
        since start: ContinuousClock.Instant
    ) {
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        let method = HTTPMetrics.name(of: request.method)
        metrics.answered(route: exchange.template, method: method, code: response.status.code, seconds: seconds)
        logger.log(
            level: exchange.effect == .reads ? .debug : .info,
            "\(method) \(exchange.template) \(response.status.code)",
            metadata: [
                "action": "http_request", "method": "\(method)", "route": "\(exchange.template)",
                "status": "\(response.status.code)", "who": "\(exchange.who)", "from": "\(context.address)",
                "seconds": "\((seconds * 1_000_000).rounded() / 1_000_000)",
            ]
        )
    }
}
