import Coordination
import Engine
import ServiceLifecycle

/// Shows what runs from the command line wrote to the state store, and prunes it, now and then.
struct StampsRefresher: Service {
    /// A run beside the service is seen within a scrape or two.
    static let interval = Duration.seconds(15)
    /// Own history is pruned this often, counted in refreshes (an hour).
    static let refreshesPerPruning = 240

    let assembly: Assembly
    let scheduler: Scheduler

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var refreshes = 0
            while !Task.isCancelled {
                if refreshes % Self.refreshesPerPruning == 0 { await prune() }
                refreshes += 1
                do {
                    try await Task.sleep(for: Self.interval)
                } catch {
                    return
                }
                let program = scheduler.program
                let accounting = assembly.accounting
                await Blocking.run { accounting.restore(program, at: SystemClock.now()) }
            }
        }
    }

    private func prune() async {
        let program = scheduler.program
        let pruning = Pruning(state: assembly.state, logger: assembly.logger)
        await Blocking.run { pruning.run(program, now: SystemClock.now()) }
    }
}
