import Foundation
import Support
import Synchronization

/// What goes wrong.
enum S3Fault: String, Sendable, CaseIterable {
    case slowDown, tooManyRequests, internalError, badGateway, reset, cutBody, cutXML, emptyBody
    case redirect, redirectElsewhere, wrongKey, missingKeys, html, repeatedToken, keyErrors, changed, conflict

    /// Whether a client that tries again gets through.
    var passes: Bool {
        switch self {
        case .slowDown, .tooManyRequests, .internalError, .badGateway, .reset, .cutBody, .cutXML, .emptyBody, .redirect:
            true
        case .redirectElsewhere, .wrongKey, .missingKeys, .html, .repeatedToken, .keyErrors, .changed, .conflict: false
        }
    }
}

/// A server that knows what it has, and sometimes does not say so: three requests of S3, and one fault.
final class S3FaultyServer: Sendable {
    private struct State {
        var keys: [String: String]
        var requests: [String: Int] = [:]
        var count = 0
        var generator: SeededGenerator
    }

    private let state: Mutex<State>
    private let fault: S3Fault?
    /// At every request, not at the first of its kind only.
    private let isLasting: Bool
    private let server = Mutex<LoopbackServer?>(nil)

    /// - Parameter keys: with their ETags.
    init(_ keys: [String: String], fault: S3Fault?, isLasting: Bool, seed: UInt64) throws {
        state = Mutex(State(keys: keys, generator: SeededGenerator(seed: seed)))
        self.fault = fault
        self.isLasting = isLasting
        let me = Weak(self)
        let started = try LoopbackServer { request in me.value?.answer(request) ?? Data() }
        server.withLock { $0 = started }
    }

    var port: Int { server.withLock { $0?.port ?? 0 } }
    /// What is really there.
    var keys: Set<String> { state.withLock { Set($0.keys.keys) } }
    var requests: Int { state.withLock { $0.count } }

    // MARK: Requests

    private func answer(_ request: LoopbackServer.Request) -> Data {
        let signature = request.path + (request.headers["content-md5"] ?? "")
        let (isFirst, isDone) = state.withLock { state in
            state.count += 1
            state.requests[signature, default: 0] += 1
            return (state.requests[signature] == 1, state.generator.oneIn(2))
        }
        guard let fault, isLasting || isFirst || fault == .repeatedToken else { return carryOut(request, nil) }
        switch fault {
        case .slowDown: return refusal("503 Slow Down", "SlowDown")
        case .tooManyRequests: return refusal("429 Too Many Requests", "TooManyRequests")
        case .internalError: return refusal("500 Internal Server Error", "InternalError")
        case .badGateway:
            return LoopbackServer.response("502 Bad Gateway", Data("<html>bad".utf8), type: "text/html")
        case .html: return LoopbackServer.response("200 OK", Data("<html><p>Welcome</html>".utf8), type: "text/html")
        case .redirect: return moved("http://localhost:\(port)\(request.path)")
        case .redirectElsewhere: return moved("http://localhost:\(port)/bkt/other")
        case .changed where !request.path.contains("?"): return refusal("412 Precondition Failed", "PreconditionFailed")
        case .conflict where !request.path.contains("?"):
            return refusal("409 Conflict", "ConditionalRequestConflict")
        case .reset:
            if isDone { _ = carryOut(request, nil) }
            return Data()
        case .cutBody: return cut(carryOut(request, nil))
        case .emptyBody:
            _ = carryOut(request, nil)
            return LoopbackServer.response("200 OK")
        default: return carryOut(request, fault)
        }
    }

    private func carryOut(_ request: LoopbackServer.Request, _ fault: S3Fault?) -> Data {
        let parts = request.path.split(separator: "?", maxSplits: 1)
        guard parts.count > 1 else { return deleteOne(String(parts[0].dropFirst(5)), request) }
        return parts[1].contains("list-type") ? list(parts[1], fault) : deleteMany(request.body, fault)
    }

    private func list(_ query: Substring, _ fault: S3Fault?) -> Data {
        let token = query.split(separator: "&").first { $0.hasPrefix("continuation-token=") }
        let start = token.flatMap { Int($0.dropFirst(19)) } ?? 0
        let all = state.withLock { $0.keys.sorted { $0.key < $1.key } }
        let page = all.dropFirst(start).prefix(3)
        let end = start + page.count
        let entries = page.map { key, etag in
            "<Contents><Key>\(key)</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified>"
                + "<ETag>&quot;\(etag)&quot;</ETag><Size>1</Size></Contents>"
        }
        let next = fault == .repeatedToken ? "3" : "\(end)"
        let isTruncated = end < all.count || fault == .repeatedToken
        return document(
            "<ListBucketResult><IsTruncated>\(isTruncated)</IsTruncated>"
                + (isTruncated ? "<NextContinuationToken>\(next)</NextContinuationToken>" : "")
                + entries.joined() + "</ListBucketResult>",
            fault
        )
    }

    private func deleteOne(_ key: String, _ request: LoopbackServer.Request) -> Data {
        state.withLock { state in
            guard let etag = state.keys[key] else { return refusal("404 Not Found", "NoSuchKey") }
            guard request.headers["if-match"] == "\"\(etag)\"" else {
                return refusal("412 Precondition Failed", "PreconditionFailed")
            }
            state.keys[key] = nil
            return Data("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n".utf8)
        }
    }

    private func deleteMany(_ body: Data, _ fault: S3Fault?) -> Data {
        let asked = String(decoding: body, as: UTF8.self).split(separator: "<Key>").dropFirst()
            .compactMap { $0.split(separator: "</Key>").first.map(String.init) }
        let answers = state.withLock { state in
            asked.enumerated().map { index, key in
                switch fault {
                case .keyErrors where index.isMultiple(of: 2):
                    return "<Error><Key>\(key)</Key><Code>InternalError</Code><Message>no</Message></Error>"
                case .changed where index.isMultiple(of: 2):
                    return "<Error><Key>\(key)</Key><Code>PreconditionFailed</Code></Error>"
                case .conflict where index.isMultiple(of: 2):
                    return "<Error><Key>\(key)</Key><Code>AccessDenied</Code></Error>"
                case .missingKeys where index == 0: return ""
                default: break
                }
                guard state.keys.removeValue(forKey: key) != nil else {
                    return "<Error><Key>\(key)</Key><Code>NoSuchKey</Code></Error>"
                }
                return "<Deleted><Key>\(fault == .wrongKey && index == 0 ? "stranger" : key)</Key></Deleted>"
            }
        }
        return document("<DeleteResult>\(answers.joined())</DeleteResult>", fault)
    }

    // MARK: Answers

    private func document(_ text: String, _ fault: S3Fault?) -> Data {
        let body = Data(text.utf8)
        return LoopbackServer.response(
            "200 OK",
            fault == .cutXML ? body.prefix(body.count * 2 / 3) : body,
            type: "application/xml"
        )
    }

    private func refusal(_ status: String, _ code: String) -> Data {
        let body = Data("<Error><Code>\(code)</Code><Message>as the test wants it</Message></Error>".utf8)
        return LoopbackServer.response(status, body, type: "application/xml")
    }

    private func moved(_ location: String) -> Data {
        Data("HTTP/1.1 307 Temporary Redirect\r\nLocation: \(location)\r\nContent-Length: 0\r\n\r\n".utf8)
    }

    /// Says that there is more than it sends.
    private func cut(_ whole: Data) -> Data {
        let head = "HTTP/1.1 200 OK\r\nContent-Length: \(whole.count + 100)\r\nConnection: close\r\n\r\n"
        return Data(head.utf8) + Data("<ListBucketResult>".utf8)
    }

    private struct Weak: Sendable {
        weak let value: S3FaultyServer?
        init(_ value: S3FaultyServer) { self.value = value }
    }
}
