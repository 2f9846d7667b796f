import Foundation
import Synchronization

/// A TCP server that speaks as a test tells it to, instead of Redis.
package final class HostileRedis: Sendable {
    /// What one connection can do. Calls block.
    package struct Peer {
        let descriptor: Int32

        /// Sends bytes, as far as the other side takes them.
        package func write(_ bytes: [UInt8]) { Loopback.write(Data(bytes), to: descriptor) }

        /// Sends bytes one by one, each in a packet of its own.
        package func writeSlowly(_ bytes: [UInt8]) {
            var on: Int32 = 1
            setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
            for byte in bytes { write([byte]) }
        }

        /// What has come; empty at the end of the connection.
        package func read() -> [UInt8] { Array(Loopback.read(from: descriptor)) }

        /// Reads and drops all until the other side closes.
        package func drain() { while !read().isEmpty {} }
    }

    package let port: Int
    private let descriptor: Int32
    private let open = Mutex<Set<Int32>>([])

    /// - Parameter serve: called for each connection, on a thread of its own; the connection is closed behind it. Gets
    ///   the connection's number, from 0.
    package init(_ serve: @escaping @Sendable (Peer, Int) -> Void) throws {
        (descriptor, port) = try Loopback.listener()
        let (descriptor, open) = (descriptor, Weak(self))
        Thread.detachNewThread {
            var number = 0
            while true {
                let connection = accept(descriptor, nil, nil)
                guard connection >= 0 else { break }
                let mine = number
                number += 1
                open.value?.add(connection)
                Thread.detachNewThread {
                    serve(Peer(descriptor: connection), mine)
                    open.value?.remove(connection)
                    close(connection)
                }
            }
            close(descriptor)
        }
    }

    deinit {
        // Ends the accept, whose thread closes, and all reads.
        shutdown(descriptor, Int32(SHUT_RDWR))
        for connection in open.withLock({ $0 }) { shutdown(connection, Int32(SHUT_RDWR)) }
    }

    /// For a client.
    package var url: String { "redis://127.0.0.1:\(port)" }

    private func add(_ connection: Int32) { open.withLock { _ = $0.insert(connection) } }
    private func remove(_ connection: Int32) { open.withLock { _ = $0.remove(connection) } }

    /// So that the threads do not keep the server alive.
    private struct Weak: Sendable {
        weak let value: HostileRedis?
        init(_ value: HostileRedis) { self.value = value }
    }
}
