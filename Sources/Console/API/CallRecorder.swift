import Hummingbird
import Logging

/// Writes calls that change something into the ledger: before they are carried out, and how they were answered.
struct CallRecorder: Sendable {
    let backend: any ConsoleBackend
    let logger: Logger

    /// Throws 503 when it cannot be recorded and therefore must not be carried out.
    func begin(_ call: Call, of route: Route) async throws -> Call {
        let caller = try call.knownCaller()
        return try await begin(call, by: caller, isSecret: false, mayFail: route.effect == .mends)
    }

    /// - Parameters:
    ///   - isSecret: the body holds a token.
    ///   - mayFail: it is carried out also when the ledger does not work.
    func begin(_ call: Call, by caller: Caller, isSecret: Bool, mayFail: Bool) async throws -> Call {
        let document = CallDocument(
            who: caller.name,
            from: call.address,
            call: "\(call.request.method.rawValue) \(Printable.text(call.request.uri.path, most: 1_024))",
            detail: isSecret
                ? "" : Printable.text(String(decoding: call.body, as: UTF8.self), most: 4_096, keepsLines: true)
        )
        var recorded = call
        do {
            recorded = call.recorded(as: try await backend.begin(document))
        } catch {
            let reason = Printable.text("\(error)", most: 1_000)
            let metadata: Logger.Metadata = ["action": "http_call_not_recorded", "who": "\(caller.name)"]
            guard mayFail else {
                logger.error("A call was refused because the ledger cannot take it: \(reason)", metadata: metadata)
                throw HTTPProblem(
                    .serviceUnavailable,
                    "This cannot be recorded at the moment, so it was not done; the log says why."
                )
            }
            logger.warning("A call is carried out although the ledger cannot take it: \(reason)", metadata: metadata)
        }
        return recorded
    }

    /// Records the answer of what is done in between, also when that throws.
    func closing(_ call: Call, _ body: () async throws -> Response) async throws -> Response {
        do {
            let response = try await body()
            await ended(call, response.status.code)
            return response
        } catch {
            await ended(call, 499)
            throw error
        }
    }

    private func ended(_ call: Call, _ status: Int) async {
        guard !call.id.isEmpty else { return }
        let backend = backend
        // A task of its own, so that the end is recorded also when this one has been cancelled.
        await Task { await backend.ended(call.id, status: status) }.value
    }
}

extension Call {
    fileprivate func recorded(as id: String) -> Call {
        Call(
            request: request,
            path: path,
            query: query,
            body: body,
            caller: caller,
            address: address,
            id: id
        )
    }
}
