import Logging
import ServiceLifecycle
import State
import UnixSignals

/// Reads the configuration again on SIGHUP.
///
/// Whoever sends a signal gets no answer. So what only the state store hinders, of which settings of admins are read, is
/// tried again until it can be asked: a restart of its database does not leave the old configuration in force for good. What
/// comes into force then is what the file said at the last signal.
struct ReloadOnHangup: Service {
    static let pause = Duration.seconds(5)

    let daemon: Daemon

    func run() async throws {
        let signals = await UnixSignalsSequence(trapping: .sighup)
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { reloads in
                var last: ReloadDraft?
                for await _ in signals {
                    last?.withdraw()
                    let draft = ReloadDraft()
                    last = draft
                    reloads.addTask { await reload(draft) }
                }
            }
        }
    }

    private func reload(_ draft: ReloadDraft) async {
        defer { draft.forget() }
        // Why the old one stayed, if it did, the daemon has logged and counted.
        while !draft.isWithdrawn, let problem = await daemon.reloadIfValid(draft), Self.mayPass(problem) {
            do {
                try await Task.sleep(for: Self.pause)
            } catch {
                return
            }
        }
    }

    private static func mayPass(_ problem: any Error) -> Bool {
        guard let problem = problem as? StateError else { return false }
        return problem.code == .unavailable || problem.code == .locked
    }
}
