import Crypto
package import Foundation

/// Sends requests to a server on loopback, with a signature of the tests' own. Calls block.
package struct S3Wire: Sendable {
    /// What came back.
    package struct Answer: Sendable {
        /// 0: no answer.
        package let status: Int
        /// By their names in small letters.
        package let headers: [String: String]
        package let body: Data

        package var text: String { String(decoding: body, as: UTF8.self) }

        /// The text of the first element of that name.
        package func element(_ name: String) -> String? {
            guard let start = text.range(of: "<\(name)>"), let end = text.range(of: "</\(name)>") else { return nil }
            return String(text[start.upperBound..<end.lowerBound])
        }
    }

    let port: Int
    let accessKey: String
    let secretKey: String

    /// Sends a request and gives its answer.
    /// - Parameters:
    ///   - path: percent-encoded.
    ///   - query: names and values in plain letters and digits.
    ///   - isSigned: by SigV4.
    package func send(
        _ method: String,
        _ path: String,
        query: [(String, String)] = [],
        headers: [String: String] = [:],
        body: Data = Data(),
        isSigned: Bool = true
    ) throws -> Answer {
        let encoded = query.sorted { $0 < $1 }.map { "\($0)=\($1)" }.joined(separator: "&")
        var all = headers
        all["host"] = "127.0.0.1:\(port)"
        all["content-length"] = "\(body.count)"
        if isSigned { sign(method, path, encoded, &all, body) }
        let lines = all.map { "\($0.key): \($0.value)\r\n" }.joined()
        // HTTP/1.0, so that the answer comes in one piece and ends with the connection.
        let head = "\(method) \(path)\(encoded.isEmpty ? "" : "?")\(encoded) HTTP/1.0\r\n\(lines)\r\n"
        let connection = try Loopback.connection(port: port)
        defer { close(connection) }
        Loopback.write(Data(head.utf8) + body, to: connection)
        var received = Data()
        while case let piece = Loopback.read(from: connection), !piece.isEmpty { received += piece }
        return Self.answer(received)
    }

    private func sign(
        _ method: String,
        _ path: String,
        _ query: String,
        _ headers: inout [String: String],
        _ body: Data
    ) {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(identifier: "UTC")
        formatter.dateFormat = "yyyyMMdd'T'HHmmss'Z'"
        let date = formatter.string(from: Date())
        headers["x-amz-date"] = date
        headers["x-amz-content-sha256"] = Self.hex(SHA256.hash(data: body))
        let signed = headers.sorted { $0.key < $1.key }
        let names = signed.map(\.key).joined(separator: ";")
        let lines = signed.map { "\($0.key):\($0.value)\n" }.joined()
        let canonical = [method, path, query, lines, names, Self.hex(SHA256.hash(data: body))].joined(separator: "\n")
        let scope = "\(date.prefix(8))/us-east-1/s3/aws4_request"
        let digest = Self.hex(SHA256.hash(data: Data(canonical.utf8)))
        var key = SymmetricKey(data: Data("AWS4\(secretKey)".utf8))
        for part in scope.split(separator: "/") {
            key = SymmetricKey(data: HMAC<SHA256>.authenticationCode(for: Data(part.utf8), using: key))
        }
        let text = "AWS4-HMAC-SHA256\n\(date)\n\(scope)\n\(digest)"
        let signature = Self.hex(HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: key))
        headers["authorization"] =
            "AWS4-HMAC-SHA256 Credential=\(accessKey)/\(scope), SignedHeaders=\(names), Signature=\(signature)"
    }

    private static func hex(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }

    private static func answer(_ received: Data) -> Answer {
        guard let end = received.range(of: Data("\r\n\r\n".utf8)) else {
            return Answer(status: 0, headers: [:], body: Data())
        }
        let lines = String(decoding: received[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { continue }
            headers[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces)
        }
        let status = lines[0].split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        return Answer(status: status, headers: headers, body: Data(received[end.upperBound...]))
    }
}
