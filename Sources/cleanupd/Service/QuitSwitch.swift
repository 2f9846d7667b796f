import ServiceLifecycle

/// A service that ends when it is told to, and takes the group with it.
final class QuitSwitch: Service {
    private let presses: AsyncStream<Void>
    private let send: AsyncStream<Void>.Continuation

    init() {
        (presses, send) = AsyncStream.makeStream()
    }

    func press() async { send.yield() }

    func run() async throws {
        for await _ in presses.cancelOnGracefulShutdown() { return }
    }
}
