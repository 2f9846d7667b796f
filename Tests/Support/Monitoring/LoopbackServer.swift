package import Foundation
import Synchronization

/// A small HTTP server of a test: one thread for each connection, one request for each of those.
package final class LoopbackServer: Sendable {
    /// What was asked.
    package struct Request: Sendable {
        package let path: String
        /// By their names in small letters.
        package let headers: [String: String]
        package let body: Data
    }

    package let port: Int
    private let descriptor: Int32
    // The thread has not been told to close the descriptor.
    private let isOpen = Mutex(true)

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

    deinit { stop() }

    /// Answers no more; harmless when it has ended already.
    package func stop() {
        // Ends the accept; its thread closes.
        isOpen.withLock { isOpen in
            if isOpen { shutdown(descriptor, Int32(SHUT_RDWR)) }
            isOpen = false
        }
    }

    /// A response that ends its connection.
    package static func response(_ status: String, _ body: Data = Data(), type: String = "text/plain") -> Data {
        let head = "HTTP/1.1 \(status)\r\nContent-Type: \(type)\r\nContent-Length: \(body.count)\r\nConnection: close"
        return Data("\(head)\r\n\r\n".utf8) + body
    }

    private static func read(_ connection: Int32) -> Request? {
        var received = Data()
        while true {
            if let head = received.range(of: Data("\r\n\r\n".utf8)) {
                let lines = String(decoding: received[..<head.lowerBound], as: UTF8.self).components(
                    separatedBy: "\r\n"
                )
                let words = lines[0].split(separator: " ")
                let headers = Dictionary(lines.dropFirst().compactMap(header), uniquingKeysWith: { first, _ in first })
                let length = headers["content-length"].flatMap { Int($0) } ?? 0
                let body = received[head.upperBound...]
                if words.count == 3, body.count >= length {
                    return Request(path: String(words[1]), headers: headers, body: Data(body))
                }
            }
            let piece = Loopback.read(from: connection)
            if piece.isEmpty { return nil }
            received += piece
        }
    }

    private static func header(_ line: String) -> (name: String, value: String)? {
        let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        return (parts[0].lowercased(), parts[1].trimmingCharacters(in: .whitespaces))
    }
}
