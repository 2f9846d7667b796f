import Coordination
import Engine
import Logging
import ServiceLifecycle
import State

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
                let logger = assembly.logger
                let metrics = assembly.metrics
                let state = assembly.state
                let leads = assembly.replica.leads
                await Blocking.run {
                    accounting.restore(program, at: SystemClock.now(), isScheduling: leads)
                    do {
                        let epoch = try state.epoch(of: LockName.leader)
                        if epoch > 0 { metrics.sawEpoch(epoch) }
                    } catch {
                        // Whoever leads shows it anyhow; that the store fails is counted by those that need it.
                        logger.debug("\(ServiceWords.epochUnread(error))")
                    }
                }
            }
        }
    }

    private func prune() async {
        let program = scheduler.program
        let pruning = Pruning(state: assembly.state, logger: assembly.logger)
        await Blocking.run { pruning.run(program, now: SystemClock.now()) }
    }
}
