import ArgumentParser
import Clients
import Console
import Foundation

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Shows a running service: health, schedule, tasks, and how far its runs are.",
        discussion: """
            Examples:
              cleanupd status
              cleanupd status --watch
              cleanupd status --json | jq .last24_hours
            """
    )

    private static let pause = Duration.seconds(1)

    @OptionGroup var options: GlobalOptions
    @OptionGroup var service: ServiceOptions

    @Flag(help: "Show it again each second, until interrupted.")
    var watch = false

    @Flag(help: "The answer of the service as one JSON object; with --watch one a line.")
    var json = false

    func run() async throws {
        let output = StandardOutput()
        let (isScreen, paint) = (Terminal.isScreen, Terminal.paint)
        try await service.with { client in
            while true {
                let text: String
                if json {
                    text = try await client.text("/api/cleanup/status")
                } else {
                    text = StatusText(paint: paint).text(try await client.document("/api/cleanup/status"))
                }
                // Home, and what was below is cleared: nothing flickers.
                if watch, isScreen, !json { output.write(Array("\u{1B}[H\u{1B}[J".utf8)) }
                output.writeLine(text)
                try output.finish()
                guard watch else { return }
                try await Task.sleep(for: Self.pause)
            }
        }
    }
}
