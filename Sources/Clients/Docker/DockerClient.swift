import Foundation
import Synchronization

/// A client of a Docker engine: lists, inspects and removes containers, by the Docker Engine API.
///
/// Speaks 1.41 of it, or the nearest version that the engine has, which it finds out with the first call. Questions are
/// asked a second time when the connection ended before the answer came; a removal never is: after an error whose
/// `isFateUnknown` is true, the caller must find out. All errors begin with the connection's name.
package final class DockerClient: Sendable {
    /// As the configuration calls the connection.
    package let name: String
    private let transport: DockerTransport
    private let words: DockerFailureWords
    private let onCall: CallObserver?
    private let spoken = Mutex<DockerAPIVersion?>(nil)

    /// Connects to nothing yet.
    /// - Parameter onCall: is told each call.
    package init(name: String, settings: DockerSettings, onCall: CallObserver? = nil) {
        self.name = name
        self.onCall = onCall
        words = DockerFailureWords(connection: name, address: settings.address)
        transport = DockerTransport(settings, words: words)
    }

    /// Asks the engine what it is, and speaks with it accordingly from now on.
    /// - Throws: `tooOld` for an engine from before 2016.
    package func version() async throws(DockerError) -> DockerVersion {
        let reply = try await ask(.version, nil)
        guard reply.status == 200 else { throw failure(.version, reply) }
        let answer = try decode(DockerReply.Version.self, .version, reply)
        guard let newest = DockerAPIVersion(answer.apiVersion) else {
            throw words.notHTTP("it says no version of its interface")
        }
        let oldest = answer.minAPIVersion.flatMap { DockerAPIVersion($0) } ?? min(.floor, newest)
        let engine = Self.printable(answer.version ?? "unknown", limit: 64)
        let version = DockerVersion(engine: engine, newest: newest, oldest: oldest)
        guard let spoken = version.spoken else {
            throw words.make(
                .tooOld,
                "the engine \(engine) speaks version \(newest) of the interface, and \(DockerAPIVersion.floor) is the "
                    + "oldest that is understood. Update the engine."
            )
        }
        self.spoken.withLock { $0 = spoken }
        return version
    }

    /// Lists containers.
    /// - Parameter states: which ones the engine is asked for; it is not relied upon that no others come.
    package func list(states: [String]) async throws(DockerError) -> [DockerSummary] {
        let request = DockerRequest.list(states: states)
        let reply = try await ask(request, try await agreed())
        guard reply.status == 200 else { throw failure(request, reply) }
        var result: [DockerSummary] = []
        for listed in try decode([DockerReply.Listed].self, request, reply) {
            guard let summary = DockerSummary(listed) else {
                throw words.notHTTP("it lists a container whose id or time cannot be one")
            }
            result.append(summary)
        }
        return result
    }

    /// Looks at one container.
    /// - Parameters:
    ///   - id: all 64 digits.
    ///   - size: whether the bytes of its writable layer are wanted, for which the engine walks over it.
    /// - Returns: `nil` if the engine says that there is no such container.
    package func inspect(_ id: String, size: Bool) async throws(DockerError) -> DockerContainer? {
        let request = DockerRequest.inspect(try full(id), size: size)
        let reply = try await ask(request, try await agreed())
        if saysThatThereIsNone(reply) { return nil }
        guard reply.status == 200 else { throw failure(request, reply) }
        let inspected = try decode(DockerReply.Inspected.self, request, reply)
        guard inspected.id == id else { throw words.notHTTP("asked \(request.words), it answers with another one") }
        guard let container = DockerContainer(inspected) else {
            throw words.make(.badReply, "it says a time of container \(id.prefix(12)) that cannot be read.")
        }
        return container
    }

    /// Removes one container that does not run, without its volumes. Asked once; at most two minutes.
    /// - Parameter id: all 64 digits.
    package func remove(_ id: String) async throws(DockerError) -> DockerRemoval {
        let request = DockerRequest.remove(try full(id))
        let version = try await agreed()
        let reply = try await observing(request) { () throws(DockerError) in try await transport.send(request, version)
        }
        switch reply.status {
        case 204, 200: return .removed
        case 404 where saysThatThereIsNone(reply): return .gone
        case 409: return .conflict(message(reply))
        default: throw failure(request, reply)
        }
    }

    /// Ends all connections; what is under way fails.
    package func shutdown() async { await transport.shutdown() }

    // MARK: Asking

    private func agreed() async throws(DockerError) -> DockerAPIVersion {
        if let known = spoken.withLock({ $0 }) { return known }
        _ = try await version()
        return spoken.withLock { $0 } ?? .preferred
    }

    /// Asks a question, which may be asked twice: an idle connection may just have been closed.
    private func ask(
        _ request: DockerRequest,
        _ version: DockerAPIVersion?
    ) async throws(DockerError) -> DockerTransport.Reply {
        try await observing(request) { () throws(DockerError) in
            do throws(DockerError) {
                return try await transport.send(request, version)
            } catch {
                guard error.code == .disconnected else { throw error }
                return try await transport.send(request, version)
            }
        }
    }

    private func observing(
        _ request: DockerRequest,
        _ body: () async throws(DockerError) -> DockerTransport.Reply
    ) async throws(DockerError) -> DockerTransport.Reply {
        let start = ContinuousClock.now
        do throws(DockerError) {
            let reply = try await body()
            onCall?(.docker(request, since: start, BackendCall.Failure(status: reply.status)))
            return reply
        } catch {
            onCall?(.docker(request, since: start, BackendCall.Failure(error)))
            throw error
        }
    }

    private func full(_ id: String) throws(DockerError) -> DockerID {
        guard let full = DockerID(id) else {
            throw words.make(.settings, "a container is named by all 64 digits of its id, and nothing else.")
        }
        return full
    }

    // MARK: Answers

    private func decode<Value: Decodable>(
        _ type: Value.Type,
        _ request: DockerRequest,
        _ reply: DockerTransport.Reply
    ) throws(DockerError) -> Value {
        do {
            return try JSONDecoder().decode(type, from: reply.body)
        } catch {
            let kind = reply.contentType.isEmpty ? "no type" : Self.printable(reply.contentType, limit: 64)
            throw words.notHTTP("asked \(request.words), it answers with something else (\(kind))")
        }
    }

    /// A proxy's page, or a path that the engine does not know, says nothing about a container.
    private func saysThatThereIsNone(_ reply: DockerTransport.Reply) -> Bool {
        reply.status == 404 && message(reply).lowercased().contains("no such container")
    }

    private func failure(_ request: DockerRequest, _ reply: DockerTransport.Reply) -> DockerError {
        let text = "asked \(request.words), it answers \(reply.status): \(message(reply))."
        switch reply.status {
        case 401, 403: return words.make(.denied, "\(text) Ask its administrator for the right.")
        case 400 where text.contains("client version"):
            // Another engine has come in the place of the one that was asked for its version.
            spoken.withLock { $0 = nil }
            return words.make(.server, "\(text) The next run asks for its version anew.")
        case 500...: return words.make(.server, "\(text) Look at the engine's log.")
        default: return words.notHTTP(text.dropLast() + "")
        }
    }

    /// What the engine says, for a person; without its last full stop.
    private func message(_ reply: DockerTransport.Reply) -> String {
        let text: String
        do {
            text = try JSONDecoder().decode(DockerReply.Failure.self, from: reply.body).message
        } catch {
            // No word of an engine's: its beginning is the best that there is.
            text = reply.body.isEmpty ? "(nothing)" : String(decoding: reply.body.prefix(200), as: UTF8.self)
        }
        let line = Self.printable(text, limit: 300)
        return line.hasSuffix(".") ? String(line.dropLast()) : line
    }

    /// One line, of that many characters at most.
    private static func printable(_ text: String, limit: Int) -> String {
        let words = text.unicodeScalars.prefix(limit * 2).map { scalar -> Character in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: " "
            default: Character(scalar)
            }
        }
        return String(words.prefix(limit)).split(separator: " ").joined(separator: " ")
    }
}
