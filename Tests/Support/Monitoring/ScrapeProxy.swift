import Foundation

/// Stands between Prometheus and what it scrapes, and asks for the format that the path names.
///
/// Prometheus 2.42 cannot be told which format to ask for, and always asks for gzip.
package final class ScrapeProxy: Sendable {
    /// A way to ask, and the path that stands for it here.
    package enum Form: String, CaseIterable, Sendable {
        case text, textGzip, openMetrics, openMetricsGzip

        package var path: String { "/\(rawValue)" }

        var headers: [String] {
            switch self {
            case .text: ["Accept: text/plain;version=0.0.4", "Accept-Encoding: identity"]
            case .textGzip: ["Accept: text/plain;version=0.0.4", "Accept-Encoding: gzip"]
            case .openMetrics: ["Accept: application/openmetrics-text;version=1.0.0", "Accept-Encoding: identity"]
            case .openMetricsGzip: ["Accept: application/openmetrics-text;version=1.0.0", "Accept-Encoding: gzip"]
            }
        }

        /// What the head of an answer in this form holds, in small letters.
        package var signs: [String] {
            switch self {
            case .text, .textGzip: ["content-type: text/plain"]
            case .openMetrics, .openMetricsGzip: ["content-type: application/openmetrics-text"]
            }
        }

        package var isGzip: Bool { self == .textGzip || self == .openMetricsGzip }
    }

    private let server: LoopbackServer
    package var port: Int { server.port }

    /// - Parameter target: the port of the service.
    package init(target: Int) throws {
        server = try LoopbackServer { request in
            guard let form = Form.allCases.first(where: { $0.path == request.path }) else {
                return LoopbackServer.response("404 Not Found")
            }
            do {
                let answer = try Self.ask(target, form)
                // A scrape in another form than the one that is meant must not pass for one.
                return Self.isOfForm(answer, form) ? answer : LoopbackServer.response("502 Other Form")
            } catch {
                return LoopbackServer.response("502 Bad Gateway", Data("\(error)".utf8))
            }
        }
    }

    private static func ask(_ target: Int, _ form: Form) throws -> Data {
        let connection = try Loopback.connection(port: target)
        defer { close(connection) }
        let lines = ["GET /metrics HTTP/1.1", "Host: 127.0.0.1:\(target)", "Connection: close"] + form.headers
        Loopback.write(Data((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8), to: connection)
        var answer = Data()
        while true {
            let piece = Loopback.read(from: connection)
            if piece.isEmpty { return answer }
            answer += piece
        }
    }

    private static func isOfForm(_ answer: Data, _ form: Form) -> Bool {
        guard let end = answer.range(of: Data("\r\n\r\n".utf8)) else { return false }
        let head = String(decoding: answer[..<end.lowerBound], as: UTF8.self).lowercased()
        return form.signs.allSatisfy(head.contains) && head.contains("content-encoding: gzip") == form.isGzip
    }
}
