import ServiceLifecycle

/// Has the desk end its runs before anybody else is told to end: whoever waits for the end of a run by a call keeps the
/// HTTP side from ending. Stands last among the services, which end in reverse.
struct RunsEndFirst: Service {
    let runs: RunDesk

    func run() async throws {
        await withGracefulShutdownHandler {
            do {
                try await gracefulShutdown()
            } catch {
                // Cancelled: all else ends as well.
            }
        } onGracefulShutdown: {
            runs.endRuns()
        }
    }
}
