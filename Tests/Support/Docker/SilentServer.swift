import Foundation
import Synchronization

/// Takes connections on a socket, says the same to each, and then nothing more; the connections stay open.
package final class SilentServer: Sendable {
    package let path: String
    private let listener: Int32
    private let taken = Mutex<[Int32]>([])

    package init(_ path: String, says beginning: String) throws {
        self.path = path
        listener = try DockerSocket.listener(path)
        let (listener, weakly) = (listener, Weak(self))
        Thread.detachNewThread {
            while true {
                let connection = accept(listener, nil, nil)
                guard connection >= 0 else { break }
                Loopback.write(Data(beginning.utf8), to: connection)
                weakly.value?.taken.withLock { $0.append(connection) }
            }
            close(listener)
        }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        for connection in taken.withLock({ $0 }) { close(connection) }
    }

    /// How many have come.
    package var connections: Int { taken.withLock { $0.count } }

    /// So that the thread does not keep it alive.
    private struct Weak: Sendable {
        weak let value: SilentServer?
        init(_ value: SilentServer) { self.value = value }
    }
}
