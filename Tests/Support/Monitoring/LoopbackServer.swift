package import Foundation

/// A small HTTP server of a test: one thread for each connection, one request for each of those.
package final class LoopbackServer: Sendable {
    /// What was asked.
    package struct Request: Sendable {
        package let path: String
        package let body: Data
    }

    package let port: Int
    private let descriptor: Int32

    /// - Parameter answer: gives the whole response, head included; called from several threads.
    package init(_ answer: @escaping @Sendable (Request) -> Data) throws {
        (descriptor, port) = try Loopback.listener()
        let descriptor = descriptor
        Thread.detachNewThread {
            while true {
                let connection = accept(descriptor, nil, nil)
                guard connection >= 0 else { break }
                Thread.detachNewThread {
                    if let request = Self.read(connection) { Loopback.write(answer(request), to: connection) }
                    close(connection)
                }
            }
            close(descriptor)
        }
    }

    deinit {
        // Ends the accept; its thread closes.
        shutdown(descriptor, Int32(SHUT_RDWR))
    }

    /// A response that ends its connection.
    package static func response(_ status: String, _ body: String = "") -> Data {
        Data("HTTP/1.1 \(status)\r\nContent-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n\(body)".utf8)
    }

    private static func read(_ connection: Int32) -> Request? {
        var received = Data()
        while true {
            if let head = received.range(of: Data("\r\n\r\n".utf8)) {
                let lines = String(decoding: received[..<head.lowerBound], as: UTF8.self).components(
                    separatedBy: "\r\n"
                )
                let words = lines[0].split(separator: " ")
                let length = lines.compactMap { contentLength($0) }.first ?? 0
                let body = received[head.upperBound...]
                if words.count == 3, body.count >= length { return Request(path: String(words[1]), body: Data(body)) }
            }
            let piece = Loopback.read(from: connection)
            if piece.isEmpty { return nil }
            received += piece
        }
    }

    private static func contentLength(_ line: String) -> Int? {
        let parts = line.split(separator: ":", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "content-length" else { return nil }
        return Int(parts[1].trimmingCharacters(in: .whitespaces))
    }
}
