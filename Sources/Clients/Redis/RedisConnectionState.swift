import NIOCore

/// What one connection has sent and not got answers for: a value that decides, driven by the handler of the channel.
///
/// Requests are answered in the order in which they were sent. One that has timed out or was cancelled keeps its place,
/// so that its late replies are dropped and never taken for those of another.
struct RedisConnectionState {
    typealias Instant = ContinuousClock.Instant
    typealias Replies = [Result<RedisValue, RedisError>]

    /// - open: requests are taken. Becomes retiring by a reply that says that this is the wrong server, else closed.
    /// - retiring: no new requests; closed after the last reply.
    /// - closed: nothing more is sent or read.
    private enum Phase {
        case open
        case retiring(reason: String)
        case closed(reason: String)
    }

    /// The commands that one caller waits for.
    private struct Request {
        let id: UInt64
        let commands: [String]
        let bytes: Int
        let deadline: Instant
        var replies: Replies = []
        var received = 0
        /// Nobody waits any more.
        var isAbandoned = false

        /// The command whose reply comes next; there must be one.
        var nextCommand: String { commands[received] }
        var isComplete: Bool { received == commands.count }

        mutating func add(_ reply: Result<RedisValue, RedisError>) {
            received += 1
            if !isAbandoned { replies.append(reply) }
        }
    }

    /// What to do with a request.
    enum Sending: Equatable {
        case write
        /// Not sent.
        case refuse(RedisError)
        /// Not sent, because this connection takes nothing any more; another may.
        case useAnother(reason: String)
    }

    /// An answer for the one who sent request `id`.
    struct Answer: Equatable {
        let id: UInt64
        let replies: Replies
    }

    /// What follows from an event: answers to hand over, and then whether to close the channel.
    struct Outcome: Equatable {
        var answers: [Answer] = []
        var closes = false
    }

    /// The server, as errors name it.
    let server: String
    private let limits: RedisLimits
    private var phase = Phase.open
    private var requests = CircularBuffer<Request>()
    private var commandsInFlight = 0
    private var bytesInFlight = 0

    init(server: String, limits: RedisLimits) {
        self.server = server
        self.limits = limits
    }

    /// Why it is closed; `nil` while it is not.
    var closeReason: String? {
        if case .closed(let reason) = phase { reason } else { nil }
    }

    /// Somebody wants to send.
    /// - Parameters:
    ///   - commands: the names, of at least one.
    ///   - bytes: of all of them.
    mutating func send(id: UInt64, commands: [String], bytes: Int, deadline: Instant, now: Instant) -> Sending {
        switch phase {
        case .retiring(let reason), .closed(let reason): return .useAnother(reason: reason)
        case .open: break
        }
        guard now < deadline else {
            return .refuse(.timedOut(server: server, command: commands[0], wasSent: false))
        }
        guard
            commandsInFlight + commands.count <= limits.commandsInFlight,
            bytesInFlight + bytes <= limits.bytesInFlight
        else { return .refuse(.overloaded(server: server, command: commands[0])) }
        commandsInFlight += commands.count
        bytesInFlight += bytes
        requests.append(Request(id: id, commands: commands, bytes: bytes, deadline: deadline))
        return .write
    }

    /// A reply has come.
    mutating func receive(_ value: RedisValue) -> Outcome {
        if case .closed = phase { return Outcome() }
        guard !requests.isEmpty else { return close(reason: "a reply that nobody had asked for", isInvalid: true) }
        // No copy of the request is held while its replies grow: all of them would be copied each time.
        let result = self.result(value, of: requests[requests.startIndex].nextCommand)
        requests.modify(requests.startIndex) { $0.add(result) }
        commandsInFlight -= 1
        var outcome = Outcome()
        if requests[requests.startIndex].isComplete {
            let request = requests.removeFirst()
            bytesInFlight -= request.bytes
            if !request.isAbandoned { outcome.answers = [Answer(id: request.id, replies: request.replies)] }
        }
        retire(after: result)
        if case .retiring(let reason) = phase, requests.isEmpty {
            phase = .closed(reason: reason)
            outcome.closes = true
        }
        return outcome
    }

    /// The caller of `id` does not wait any more. Gives its answer, unless it has had one.
    mutating func cancel(_ id: UInt64) -> Outcome {
        guard let index = requests.firstIndex(where: { $0.id == id }), !requests[index].isAbandoned else {
            return Outcome()
        }
        return Outcome(
            answers: [abandon(index) { [server] in .cancelled(server: server, command: $0, wasSent: true) }]
        )
    }

    /// When to call `wake` next; `nil`: not before something else happens.
    var nextWake: Instant? {
        let waiting = requests.lazy.filter { !$0.isAbandoned }.map(\.deadline).min()
        guard let first = requests.first else { return nil }
        let end = first.deadline + limits.patience
        return waiting.map { min($0, end) } ?? end
    }

    /// Time has passed: answers those whose deadline is over, and gives up a connection whose oldest reply does not
    /// come at all.
    mutating func wake(now: Instant) -> Outcome {
        var outcome = Outcome()
        for index in requests.indices where !requests[index].isAbandoned && requests[index].deadline <= now {
            let answer = abandon(index) { [server] in .timedOut(server: server, command: $0, wasSent: true) }
            outcome.answers.append(answer)
        }
        if let first = requests.first, first.deadline + limits.patience <= now {
            let end = close(reason: "no reply to \(first.nextCommand) for too long")
            outcome = Outcome(answers: outcome.answers + end.answers, closes: end.closes)
        }
        return outcome
    }

    /// The channel has closed or is to be closed. Answers all who wait; the first reason stands.
    /// - Parameter isInvalid: something came that is no reply.
    mutating func close(reason: String, isInvalid: Bool = false) -> Outcome {
        if case .closed = phase { return Outcome() }
        phase = .closed(reason: reason)
        var outcome = Outcome(closes: true)
        for index in requests.indices where !requests[index].isAbandoned {
            let answer = abandon(index) { [server] command in
                isInvalid
                    ? .invalidReply(server: server, command: command, reason: reason)
                    : .disconnected(server: server, command: command, reason: reason)
            }
            outcome.answers.append(answer)
        }
        requests.removeAll()
        (commandsInFlight, bytesInFlight) = (0, 0)
        return outcome
    }

    private func result(_ value: RedisValue, of command: String) -> Result<RedisValue, RedisError> {
        guard case .error(let code, let message) = value else { return .success(value) }
        return .failure(.reply(code: code, message: message, command: command, server: server))
    }

    /// A replica refuses to write, and a server that wants a password again refuses all: another connection may do.
    private mutating func retire(after result: Result<RedisValue, RedisError>) {
        guard case .open = phase, case .failure(.reply(let code, _)) = result else { return }
        guard code == "READONLY" || code == "NOAUTH" else { return }
        phase = .retiring(reason: "the server answered \(code)")
    }

    /// Whoever waits gets the replies that have come, and an error for each that has not.
    private mutating func abandon(_ index: CircularBuffer<Request>.Index, _ error: (String) -> RedisError) -> Answer {
        var replies = requests[index].replies
        for command in requests[index].commands.dropFirst(requests[index].received) {
            replies.append(.failure(error(command)))
        }
        requests[index].replies = []
        requests[index].isAbandoned = true
        return Answer(id: requests[index].id, replies: replies)
    }
}
