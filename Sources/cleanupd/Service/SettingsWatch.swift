import ServiceLifecycle

/// Looks for changed settings of cycles, so that they take effect within a minute.
struct SettingsWatch: Service {
    static let interval = Duration.seconds(30)

    let daemon: Daemon

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await Task.sleep(for: Self.interval)
                } catch {
                    return
                }
                await daemon.refreshSettings()
            }
        }
    }
}
