import Foundation
import Glibc
import Support

/// Makes up the listing of a bucket, page by page, for figures of memory alone: no real server is filled with so many keys
/// within the time of a test. One thread for each connection; it ends with this object.
final class ListingServer: Sendable {
    let port: Int
    private let listener: Int32

    /// - Parameter count: of keys, `previews/0000000.bundle` and so on.
    init(count: Int) throws {
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        port = try Loopback.freePort()
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(listener, $0, size) } == 0
        }
        guard isBound, listen(listener, 64) == 0 else { throw SupportError("cannot listen on \(port): \(errno)") }
        Thread.detachNewThread { [listener] in
            while case let connection = accept(listener, nil, nil), connection >= 0 {
                Thread.detachNewThread { Self.serve(connection, count) }
            }
        }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }

    static func key(_ number: Int) -> String {
        let digits = String(number)
        return "previews/" + String(repeating: "0", count: 7 - digits.count) + digits + ".bundle"
    }

    private static func serve(_ connection: Int32, _ count: Int) {
        defer { close(connection) }
        var received: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while true {
            let length = recv(connection, &buffer, buffer.count, 0)
            guard length > 0 else { return }
            received += buffer.prefix(length)
            // Requests of a listing have no body.
            guard received.suffix(4).elementsEqual("\r\n\r\n".utf8) else { continue }
            let request = String(decoding: received, as: UTF8.self)
            received = []
            let answer = Array(page(request, count).utf8)
            let head = "HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\nContent-Length: \(answer.count)\r\n\r\n"
            var rest = (Array(head.utf8) + answer)[...]
            while !rest.isEmpty {
                let sent = rest.withUnsafeBytes {
                    send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                guard sent > 0 else { return }
                rest = rest.dropFirst(sent)
            }
        }
    }

    private static func page(_ request: String, _ count: Int) -> String {
        let token = request.split(whereSeparator: { "?& ".contains($0) }).first { $0.hasPrefix("continuation-token=") }
        let start = token.flatMap { Int($0.dropFirst("continuation-token=".count)) } ?? 0
        let end = min(start + 1000, count)
        var text =
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><ListBucketResult><IsTruncated>\(end < count)</IsTruncated>"
        if end < count { text += "<NextContinuationToken>\(end)</NextContinuationToken>" }
        for number in start..<end {
            text += "<Contents><Key>\(key(number))</Key><LastModified>2024-01-02T03:04:05.000Z</LastModified>"
            text += "<ETag>&quot;d41d8cd98f00b204e9800998ecf8427e&quot;</ETag><Size>4096</Size></Contents>"
        }
        return text + "</ListBucketResult>"
    }
}
