package import Foundation
import Synchronization

/// Stands between a client and an S3 server on loopback, or alone, and answers some requests itself; takes down what is
/// asked. One request for each connection.
package final class S3Proxy: Sendable {
    /// What was asked.
    package struct Request: Sendable {
        package let method: String
        /// With the query, as it was sent.
        package let path: String
        /// Made when it is asked for: to repair megabytes that are no text takes a minute.
        package var body: String { String(decoding: bytes[head...], as: UTF8.self) }
        /// How many have come with this method and path, this one included.
        package let count: Int
        fileprivate let bytes: Data
        /// Where the body begins.
        fileprivate let head: Data.Index
    }

    /// What becomes of a request.
    package enum Fate: Sendable {
        /// The server answers.
        case pass
        /// The server never sees it; this is the answer, head included. Empty: the connection just ends.
        case say(Data)
        /// The server carries it out, but this is the answer.
        case carryOut(saying: Data)
        /// The client gets no answer until it goes.
        case silence
    }

    package let port: Int
    private let server: HostileRedis
    private let asked: Asked

    /// - Parameters:
    ///   - target: the server's port; 0: there is none.
    ///   - fate: called for each request, on several threads.
    package init(target: Int = 0, _ fate: @escaping @Sendable (Request) -> Fate) throws {
        let asked = Asked()
        self.asked = asked
        server = try HostileRedis { peer, _ in
            guard let request = Self.read(peer, asked) else { return }
            switch fate(request) {
            case .pass: peer.write(Array(Self.forward(request, to: target)))
            case .say(let answer): peer.write(Array(answer))
            case .carryOut(let answer):
                _ = Self.forward(request, to: target)
                peer.write(Array(answer))
            case .silence: peer.drain()
            }
        }
        port = server.port
    }

    /// All requests so far: method and path.
    package var requests: [String] { asked.all.withLock { $0 } }

    /// An answer that ends its connection.
    /// - Parameter code: of an error's XML; `nil` = no body.
    package static func answer(_ status: String, code: String? = nil, headers: [String] = []) -> Data {
        let body = code.map { "<Error><Code>\($0)</Code><Message>as the test wants it</Message></Error>" } ?? ""
        return answer(status, body: body, headers: headers)
    }

    /// An answer with any body.
    package static func answer(_ status: String, body: String, headers: [String] = []) -> Data {
        let head = ["HTTP/1.1 \(status)"] + headers + ["Content-Length: \(body.utf8.count)", "Connection: close"]
        return Data((head.joined(separator: "\r\n") + "\r\n\r\n" + body).utf8)
    }

    private static func read(_ peer: HostileRedis.Peer, _ asked: Asked) -> Request? {
        var received = Data()
        while true {
            let piece = peer.read()
            guard !piece.isEmpty else { return nil }
            received += piece
            guard let end = received.range(of: Data("\r\n\r\n".utf8)) else { continue }
            let lines = String(decoding: received[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
            let length = lines.first { $0.lowercased().hasPrefix("content-length:") }.flatMap {
                Int($0.dropFirst(15).trimmingCharacters(in: .whitespaces))
            }
            let body = received[end.upperBound...]
            let words = lines[0].split(separator: " ").map(String.init)
            guard words.count == 3 else { return nil }
            if body.count < length ?? 0 { continue }
            let line = "\(words[0]) \(words[1])"
            let count = asked.all.withLock { all in
                all.append(line)
                return all.count { $0 == line }
            }
            return Request(
                method: words[0],
                path: words[1],
                count: count,
                bytes: received,
                head: end.upperBound
            )
        }
    }

    private static func forward(_ request: Request, to target: Int) -> Data {
        guard let end = request.bytes.range(of: Data("\r\n".utf8)) else { return Data() }
        let connection: Int32
        do {
            connection = try Loopback.connection(port: target)
        } catch {
            // The client sees the connection end, as it would without the proxy.
            return Data()
        }
        defer { close(connection) }
        // Its answer ends with the connection.
        let line = request.bytes[..<end.upperBound] + Data("Connection: close\r\n".utf8)
        Loopback.write(line + request.bytes[end.upperBound...], to: connection)
        var answer = Data()
        while case let piece = Loopback.read(from: connection), !piece.isEmpty { answer += piece }
        return answer
    }

    private final class Asked: Sendable {
        let all = Mutex<[String]>([])
    }
}
