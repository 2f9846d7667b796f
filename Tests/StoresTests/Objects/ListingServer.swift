import Foundation
import Support

/// Makes up the listing of a bucket, page by page, for figures of memory alone: no real server is filled with so many keys
/// within the time of a test. It ends with this object.
final class ListingServer: Sendable {
    private let server: HostileRedis

    var port: Int { server.port }

    /// - Parameter count: of keys, `previews/0000000.bundle` and so on.
    init(count: Int) throws {
        server = try HostileRedis { peer, _ in Self.serve(peer, count) }
    }

    static func key(_ number: Int) -> String {
        let digits = String(number)
        return "previews/" + String(repeating: "0", count: 7 - digits.count) + digits + ".bundle"
    }

    private static func serve(_ peer: HostileRedis.Peer, _ count: Int) {
        var received: [UInt8] = []
        while case let piece = peer.read(), !piece.isEmpty {
            received += piece
            // Requests of a listing have no body.
            guard received.suffix(4).elementsEqual("\r\n\r\n".utf8) else { continue }
            let request = String(decoding: received, as: UTF8.self)
            received = []
            let answer = Array(page(request, count).utf8)
            let head = "HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\nContent-Length: \(answer.count)\r\n\r\n"
            peer.write(Array(head.utf8) + answer)
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
