import ArgumentParser
import Clients

struct StopCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stop",
        abstract: "Ends a running service in an orderly way, as SIGTERM does; http.lifecycle must allow it.",
        discussion: """
            Examples:
              cleanupd stop
              cleanupd stop --url https://cleaner.example:9847 --token-file admin.token
            """
    )

    /// Longer than the service takes to end its runs.
    private static let patience = Duration.seconds(20)
    private static let pause = Duration.milliseconds(100)

    @OptionGroup var options: GlobalOptions
    @OptionGroup var service: ServiceOptions

    func run() async throws {
        try await service.with { client in
            try await client.post("/-/quit")
            let end = ContinuousClock.now + Self.patience
            while ContinuousClock.now < end {
                do {
                    _ = try await client.get("/healthz")
                } catch let error as ServiceError {
                    // A connection that is cut is of a service that ends; one that nobody takes, of one that has.
                    if error.isSilent { return StandardError.write("Stopped.\n") }
                }
                try await Task.sleep(for: Self.pause)
            }
            throw CommandFailure.stillAnswers(after: Self.patience)
        }
    }
}
