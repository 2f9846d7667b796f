import Foundation

/// Asks an engine on a socket, one request for each connection. Calls block.
struct DockerSocket: Sendable {
    let path: String

    /// Sends a request.
    /// - Returns: the status and what follows the head; throws if nobody answers.
    func send(_ method: String, _ uri: String, type: String = "application/json", _ body: Data = Data()) throws -> (
        status: Int, body: Data
    ) {
        let connection = try Self.connection(path)
        defer { close(connection) }
        // The older version: the engine then ends its answer with the connection, and cuts it into no pieces.
        let head = "\(method) \(uri) HTTP/1.0\r\nHost: docker\r\nContent-Type: \(type)\r\nContent-Length: \(body.count)"
        Loopback.write(Data("\(head)\r\n\r\n".utf8) + body, to: connection)
        var answer = Data()
        while true {
            let piece = Loopback.read(from: connection)
            if piece.isEmpty { break }
            answer += piece
        }
        guard let end = answer.range(of: Data("\r\n\r\n".utf8)),
            let status = String(decoding: answer.prefix(32), as: UTF8.self).split(separator: " ").dropFirst().first
                .flatMap({ Int($0) })
        else { throw SupportError("\(method) \(uri): no answer from the engine at \(path)") }
        return (status, Data(answer[end.upperBound...]))
    }

    /// A connection to a socket; throws when nobody listens there.
    static func connection(_ path: String) throws -> Int32 {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        let code = withAddress(path) { connect(descriptor, $0, $1) }
        guard code == 0 else {
            let text = String(cString: strerror(errno))
            close(descriptor)
            throw SupportError("nobody answers at \(path): \(text)")
        }
        return descriptor
    }

    /// Listens on a new socket.
    static func listener(_ path: String) throws -> Int32 {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard withAddress(path, { bind(descriptor, $0, $1) }) == 0, listen(descriptor, 64) == 0 else {
            let text = String(cString: strerror(errno))
            close(descriptor)
            throw SupportError("cannot listen at \(path): \(text)")
        }
        return descriptor
    }

    private static func withAddress<Result>(
        _ path: String,
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix($0.count - 1)) }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }
}
