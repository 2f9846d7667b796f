import Foundation
import Synchronization

/// Stands between a client and an engine, on a socket of its own, and takes down what is asked.
package final class DockerProxy: Sendable {
    /// For `unix://`.
    package let socket: String
    package var url: String { "unix://" + socket }
    private let folder: TemporaryFolder
    private let listener: Int32
    private let requests = Mutex<[String]>([])

    /// - Parameters:
    ///   - target: the engine's socket.
    ///   - before: is given each request (`DELETE /v1.41/…`) before the engine is; may block.
    package init(target: String, before: @escaping @Sendable (String) throws -> Void = { _ in }) throws {
        folder = try TemporaryFolder()
        socket = folder.file("proxy.sock")
        listener = try DockerSocket.listener(socket)
        let (listener, weakly) = (listener, Weak(self))
        Thread.detachNewThread {
            while true {
                let client = accept(listener, nil, nil)
                guard client >= 0 else { break }
                Thread.detachNewThread {
                    Self.serve(client, target) { request in
                        weakly.value?.requests.withLock { $0.append(request) }
                        try before(request)
                    }
                }
            }
            close(listener)
        }
    }

    deinit { shutdown(listener, Int32(SHUT_RDWR)) }

    /// All requests so far: method and URI.
    package var asked: [String] { requests.withLock { $0 } }

    private static func serve(_ client: Int32, _ target: String, _ note: (String) throws -> Void) {
        defer { close(client) }
        let engine: Int32
        do {
            engine = try DockerSocket.connection(target)
        } catch {
            return
        }
        let done = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            relay(from: engine, to: client) { _ in }
            done.signal()
        }
        var head = Data()
        relay(from: client, to: engine) { piece in
            head += piece
            guard head.suffix(4) == Data("\r\n\r\n".utf8) else { return }
            let line = String(decoding: head.prefix { $0 != UInt8(ascii: "\r") }, as: UTF8.self)
            head = Data()
            do {
                try note(line.split(separator: " ").prefix(2).joined(separator: " "))
            } catch {
                // What the test wanted to do in between failed: the client sees a broken connection, and the test its result.
                shutdown(client, Int32(SHUT_RDWR))
            }
        }
        done.wait()
        close(engine)
    }

    private static func relay(from source: Int32, to target: Int32, _ look: (Data) -> Void) {
        while true {
            let piece = Loopback.read(from: source)
            if piece.isEmpty { break }
            look(piece)
            Loopback.write(piece, to: target)
        }
        shutdown(target, Int32(SHUT_WR))
    }

    /// So that the threads do not keep it alive.
    private struct Weak: Sendable {
        weak let value: DockerProxy?
        init(_ value: DockerProxy) { self.value = value }
    }
}
