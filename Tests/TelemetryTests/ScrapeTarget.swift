import Foundation
import Synchronization

/// A small HTTP server on loopback that answers each request on a connection of its own.
///
/// One scraper asks it, one request after the other: when a scrape begins, what the ones before it got is stored.
final class ScrapeTarget: Sendable {
    struct Answer: Sendable {
        let contentType: String
        let body: [UInt8]
    }

    private struct Failed: Error {
        let call: String
        let code: Int32
    }

    let port: Int
    /// The `Accept` header of each scrape, when it begins.
    let scrapes: AsyncStream<String>
    private let scraped: AsyncStream<String>.Continuation
    private let listener: Int32
    private let isOpen = Atomic<Bool>(true)

    /// - Parameter answer: is given the `Accept` header.
    init(_ answer: @escaping @Sendable (String) -> Answer) throws {
        // A scrape that nobody waited for is no news.
        (scrapes, scraped) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        let (listener, port) = try Self.bound()
        (self.listener, self.port) = (listener, port)
        guard listen(listener, 16) == 0 else { throw Failed(call: "listen", code: errno) }
        Thread.detachNewThread { [self] in
            while isOpen.load(ordering: .acquiring) {
                let connection = accept(listener, nil, nil)
                guard connection >= 0 else { break }
                serve(connection, answer)
                close(connection)
            }
            close(listener)
            scraped.finish()
        }
    }

    /// A port of loopback that nobody uses.
    static func freePort() throws -> Int {
        let (socket, port) = try bound()
        close(socket)
        return port
    }

    private static func bound() throws -> (socket: Int32, port: Int) {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, length) == 0 && getsockname(socket, $0, &length) == 0
            }
        }
        guard isBound else { throw Failed(call: "bind", code: errno) }
        return (socket, Int(UInt16(bigEndian: address.sin_port)))
    }

    /// Ends the thread.
    func stop() {
        isOpen.store(false, ordering: .releasing)
        shutdown(listener, Int32(SHUT_RDWR))
    }

    private func serve(_ connection: Int32, _ answer: (String) -> Answer) {
        var request: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 8192)
        while !request.suffix(4).elementsEqual("\r\n\r\n".utf8) {
            let count = read(connection, &buffer, buffer.count)
            guard count > 0 else { return }
            request += buffer[..<count]
        }
        let lines = String(decoding: request, as: UTF8.self).split(separator: "\r\n")
        let accept = lines.first { $0.lowercased().hasPrefix("accept:") }.map { $0.dropFirst("accept:".count) } ?? ""
        scraped.yield(String(accept.drop { $0 == " " }))
        let answer = answer(String(accept))
        let head = """
            HTTP/1.1 200 OK\r
            Content-Type: \(answer.contentType)\r
            Content-Length: \(answer.body.count)\r
            Connection: close\r
            \r

            """
        var rest = (Array(head.utf8) + answer.body)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}
