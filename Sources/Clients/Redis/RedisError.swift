/// Why Redis did not do what it was asked for: what happened, at which server, and what to do.
///
/// Never holds a password or an argument of a command.
package enum RedisError: Error, Sendable, Equatable {
    /// The URL or the CA file cannot be used.
    /// - Parameter message: a sentence that quotes nothing of the URL.
    case settings(message: String)
    /// Not sent, because there was no connection in time.
    /// - Parameter reason: why the last attempt to connect failed, or how the last connection ended.
    case notConnected(server: String, reason: String)
    /// Not answered in time. If it was sent, the server may still carry it out.
    case timedOut(server: String, command: String, wasSent: Bool)
    /// The connection ended before the reply came: whether the command was carried out is not known.
    case disconnected(server: String, command: String, reason: String)
    /// What came was no reply, or greater than allowed, and the connection is closed: whether the command was carried
    /// out is not known.
    case invalidReply(server: String, command: String, reason: String)
    /// The server refused the command; it was not carried out (a script may have been, up to the error).
    /// - Parameters:
    ///   - code: the first word of the server, such as `NOSCRIPT`, `READONLY`, `OOM`.
    ///   - message: what follows, with the command's name and the server's address.
    case reply(code: String, message: String)
    /// A reply of another kind than the caller needs.
    case unexpectedReply(command: String, kind: String)
    /// The caller's task was cancelled. If the command was sent, the server may still carry it out.
    case cancelled(server: String, command: String, wasSent: Bool)
    /// Not sent: too many commands wait for their replies.
    case overloaded(server: String, command: String)
    /// Not sent: longer than the limit.
    case commandTooLarge(command: String, bytes: Int, limit: Int)

    /// Whether the command may have been carried out although no reply says so; `false`: it was not, or a reply came.
    package var isFateUnknown: Bool {
        switch self {
        case .disconnected, .invalidReply: true
        case .timedOut(_, _, let wasSent), .cancelled(_, _, let wasSent): wasSent
        case .settings, .notConnected, .reply, .unexpectedReply, .overloaded, .commandTooLarge: false
        }
    }

    /// The first word of the server's refusal; `nil` if it was not the server that refused.
    package var code: String? {
        if case .reply(let code, _) = self { code } else { nil }
    }
}

/// The words: one sentence per way to fail.
extension RedisError: CustomStringConvertible {
    /// A sentence for a person, without secrets.
    package var description: String {
        switch self {
        case .settings(let message): message
        case .notConnected(let server, let reason): "Redis \(server) is not connected: \(reason)"
        case .timedOut(let server, let command, true):
            "Redis \(server) did not answer \(command) in time; whether it was carried out is not known"
        case .timedOut(let server, let command, false):
            "Redis \(server): \(command) was not sent in time, and so not carried out"
        case .disconnected(let server, let command, let reason):
            "Redis \(server): the connection ended before \(command) was answered (\(reason)); "
                + "whether it was carried out is not known"
        case .invalidReply(let server, let command, let reason):
            "Redis \(server) sent what cannot be read as a reply to \(command) (\(reason)); the connection is closed, "
                + "and whether the command was carried out is not known; check that a Redis server listens there"
        case .reply(let code, let message): "Redis refused: \(code) \(message)\(Self.advice(code))"
        case .unexpectedReply(let command, let kind):
            "Redis answered \(command) with \(kind), which this program does not expect; check the server's version"
        case .cancelled(let server, let command, true):
            "Redis \(server): \(command) was cancelled; whether it was carried out is not known"
        case .cancelled(let server, let command, false): "Redis \(server): \(command) was cancelled before it was sent"
        case .overloaded(let server, let command):
            "Redis \(server): \(command) was not sent, because too many commands wait for their replies; "
                + "check the server's load"
        case .commandTooLarge(let command, let bytes, let limit):
            "\(command) was not sent to Redis: it has \(bytes) bytes, and \(limit) are allowed; send it in parts"
        }
    }

    /// What to do, where that is not plain from the server's words.
    private static func advice(_ code: String) -> String {
        switch code {
        case "NOPERM": "; give the user the right to do so (ACL SETUSER)"
        case "NOAUTH", "WRONGPASS": "; check user and password of the URL"
        case "OOM": "; the server needs memory: raise its maxmemory, or remove what is not needed"
        case "READONLY": "; this server is a replica: name the master, or use redis-sentinel://"
        case "LOADING": "; the server is reading its data and will answer later"
        case "MISCONF": "; the server cannot write to its disk: check its log"
        default: ""
        }
    }
}
