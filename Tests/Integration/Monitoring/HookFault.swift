import Foundation
import Support
import Synchronization

/// A receiver of a cycle's messages that refuses them until it is mended.
final class HookFault: Sendable {
    private let server: LoopbackServer
    private let isMended: Mended

    private final class Mended: Sendable {
        let value = Mutex(false)
    }

    init() throws {
        let isMended = Mended()
        self.isMended = isMended
        server = try LoopbackServer { _ in
            LoopbackServer.response(isMended.value.withLock { $0 } ? "200 OK" : "410 Gone")
        }
    }

    var url: String { "http://127.0.0.1:\(server.port)/" }

    func mend() { isMended.value.withLock { $0 = true } }
}
