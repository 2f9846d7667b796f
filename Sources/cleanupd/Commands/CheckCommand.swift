import ArgumentParser
import CleanupConfiguration
import Clients
import Coordination
import Engine
import Foundation
import Retention
import Stores
import Telemetry

struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Validates the configuration and looks at each connection.",
        discussion: """
            Writes nothing but one object of its own in each bucket of which current objects go, which it removes again:
            to see whether the server heeds conditions on deletions.

            Examples:
              cleanupd check
              cleanupd check --offline --config cleanup.yaml
              cleanupd check --install-fence
              cleanupd check --systemd --config /etc/cleanupd/cleanup.yaml
            """
    )

    @OptionGroup var options: GlobalOptions

    @Flag(help: "Validate only; look at no connection.")
    var offline = false

    @Flag(
        help: ArgumentHelp(
            "Make the table cleanupd_fence in each PostgreSQL database that tasks clean.",
            discussion: "With several replicas it refuses batches of one whose lock another has taken."
        )
    )
    var installFence = false

    @Flag(
        help: ArgumentHelp(
            "Print the drop-in that the systemd unit needs, and nothing else.",
            discussion: "It names the folders in which this configuration changes files. Looks at no connection."
        )
    )
    var systemd = false

    func run() async throws {
        guard !offline || !installFence else {
            throw CommandFailure.usage("--install-fence writes to databases, and --offline looks at none. Drop one.")
        }
        guard !systemd || !installFence else {
            throw CommandFailure.usage("--systemd prints a drop-in and does nothing else. Drop --install-fence.")
        }
        let backends = Backends(spoolFolder: NSTemporaryDirectory(), metrics: BackendMetrics(Registry()))
        let blueprint = try Blueprint.read(options, backends: backends, asksDatabases: !offline && !systemd)
        for warning in blueprint.warnings { StandardError.write("warning: \(warning)\n") }
        if systemd {
            try printDropIn(blueprint.configuration)
        } else {
            try await look(blueprint, backends)
        }
    }

    private func printDropIn(_ configuration: Configuration) throws {
        let dropIn = SystemdDropIn(
            places: configuration.allowedPlaces(),
            holdFiles: configuration.tasks.compactMap(\.pace.holdFile),
            isThere: { PlaceIdentity(path: $0) != nil }
        )
        let output = StandardOutput()
        output.write(Array(try dropIn.text().utf8))
        try output.finish()
    }

    /// Says what each task does, and what of it does not work as things are.
    private func look(_ blueprint: Blueprint, _ backends: Backends) async throws {
        let output = StandardOutput()
        let failures = await tasks(blueprint.program, output)
        // One machine alone needs none.
        let needsFences = installFence || blueprint.configuration.hasLeases
        let fences =
            offline || !needsFences ? FenceCheck.Outcome() : await fences(blueprint.connections)
        let servers = offline ? ServersCheck.Outcome() : await servers(blueprint.connections, backends.memory)
        let coordination = offline ? .init() : await CoordinationCheck(configuration: blueprint.configuration).run()
        let notices = offline ? .init() : NoticeCheck(blueprint.configuration, backends.webhooks).run()
        let quiet = offline ? .init() : await QuietCheck(cycles: blueprint.program.cycles).run()
        let lines = fences.lines + servers.lines + coordination.lines + notices.lines + quiet.lines
        for line in lines { output.writeLine(line) }
        for line in try ContainmentLines.lines(blueprint.configuration) { output.writeLine(line) }
        let conclusion = Self.conclusion(
            tasks: offline ? 0 : failures,
            fences: fences.failures,
            servers: servers.failures,
            notices: notices.failures,
            quiet: quiet.failures
        )
        for line in conclusion { output.writeLine(line) }
        output.flush()
        let broken = failures + servers.failures + fences.failures + notices.failures + quiet.failures
        if broken > 0 || coordination.hasFailed { throw ExitCode(1) }
    }

    /// How many of each do not work.
    static func conclusion(tasks: Int, fences: Int, servers: Int, notices: Int, quiet: Int) -> [String] {
        let valid =
            tasks == 0
            ? "Configuration is valid."
            : "Configuration is valid; of its tasks, \(tasks) cannot run as things are (see above)."
        let others = [
            (fences, "fences could not be made"), (servers, "connections cannot be used"),
            (notices, "cycles cannot tell anybody"), (quiet, "cycles cannot tell whether it is quiet"),
        ]
        return [valid] + others.filter { $0.0 > 0 }.map { "\($0.0) \($0.1) (see above)." }
    }

    /// - Returns: how many of them cannot run.
    private func tasks(_ program: Program, _ output: StandardOutput) async -> Int {
        var failures = 0
        for task in program.tasks {
            output.writeLine("\(task.name): \(task.sentence)")
            if let reason = task.disabledReason { output.writeLine("  does not run on schedule: \(reason)") }
            // Without a filter it would be refused; with one, its run says what is wrong.
            guard !offline, !task.needsFilter else { continue }
            do {
                for advice in try await advice(task) { output.writeLine("  \(advice)") }
            } catch {
                output.writeLine("  \(error)")
                if !task.isOptional { failures += 1 }
            }
        }
        return failures
    }

    private func servers(_ connections: Connections, _ memory: ReferenceMemory) async -> ServersCheck.Outcome {
        let check = ServersCheck(connections: connections, memory: memory)
        return await Blocking.run { check.run() }
    }

    private func fences(_ connections: Connections) async -> FenceCheck.Outcome {
        let check = FenceCheck(connections: connections, installs: installFence)
        return await Blocking.run { check.run() }
    }

    /// What an operator should know of the task's store.
    private func advice(_ task: TaskDefinition) async throws -> [String] {
        try await Blocking.run {
            switch task.store {
            case .items(let store):
                _ = try store.openSource(asOf: SystemClock.now())
                return []
            case .batches(let store):
                // As for a run: table, columns, conditions and guards are looked at, and nothing is counted.
                let request = BatchPlanRequest(now: SystemClock.now(), countLimit: 0, limits: Limits())
                let plan = try store.plan(request, isCancelled: { false })
                return [plan.sentence] + plan.warnings + (try store.advice())
            }
        }
    }
}
