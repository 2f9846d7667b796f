/// What is said first on a new connection, and what the server must answer for it to be used.
struct RedisGreeting: Sendable {
    let credentials: RedisCredentials?
    /// 0 needs no command.
    var database = 0
    /// Whether a replica will not do.
    var isMasterWanted = false
    /// Whether TLS is spoken, for the words of errors.
    let isEncrypted: Bool

    /// PING is last: it says whether the server wants a password that it has not got, or is still reading its data.
    private var commands: [RedisCommand] {
        var commands: [RedisCommand] = []
        if let credentials { commands.append(credentials.command) }
        if database != 0 { commands.append(RedisCommand("SELECT", database)) }
        if isMasterWanted { commands.append(RedisCommand("ROLE")) }
        return commands + [RedisCommand("PING")]
    }

    /// Sends the greeting and `questions` after it, at once.
    /// - Returns: the replies to the questions.
    /// - Throws: `notConnected`.
    @discardableResult
    func perform(
        on connection: RedisConnection,
        asking questions: [RedisCommand] = [],
        limit: Int,
        deadline: ContinuousClock.Instant
    ) async throws(RedisError) -> [RedisValue] {
        let greeting = commands
        let batch = try RedisFormatter.format(greeting + questions, limit: limit)
        let replies: [Result<RedisValue, RedisError>]
        switch await connection.exchange(batch, deadline: deadline) {
        case .replies(let given): replies = given
        case .refused(.timedOut): throw late(connection.server)
        case .refused(let error): throw refused(connection.server, "\(error)")
        case .useAnother(let reason): throw refused(connection.server, reason)
        }
        var values: [RedisValue] = []
        for (command, reply) in zip(greeting + questions, replies) {
            values.append(try value(of: reply, to: command, connection.server))
        }
        return Array(values.dropFirst(greeting.count))
    }

    private func value(
        of reply: Result<RedisValue, RedisError>,
        to command: RedisCommand,
        _ server: String
    ) throws(RedisError) -> RedisValue {
        switch reply {
        // Who may not even PING is known, and may be allowed what is asked of this client.
        case .failure(.reply("NOPERM", _)) where command.name == "PING": return .null
        case .failure(.disconnected(_, _, let reason)), .failure(.invalidReply(_, _, let reason)):
            throw refused(server, reason)
        case .failure(.timedOut): throw late(server)
        case .failure(let error): throw refused(server, "\(error)")
        case .success(let value):
            guard command.name != "ROLE" || value.elements?.first?.text == "master" else {
                throw refused(server, RedisReasons.noMaster)
            }
            return value
        }
    }

    private func late(_ server: String) -> RedisError {
        refused(server, RedisReasons.unanswered(isEncrypted: isEncrypted))
    }

    /// A server may repeat what it was sent.
    private func refused(_ server: String, _ reason: String) -> RedisError {
        var reason = reason
        if let password = credentials?.password, !password.isEmpty { reason = reason.replacing(password, with: "***") }
        return .notConnected(server: server, reason: reason)
    }
}
