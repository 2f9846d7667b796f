import Foundation
import Glibc
import Support
import Testing

/// The kernel keeps a service to its places, too: one that goes on, in many threads, and that others ask to clean.
@Suite(.tags(.f18), .timeLimit(.minutes(5)))
struct ContainedServiceTests {
    /// Who has it clean.
    enum Caller: CaseIterable {
        case scheduler, api

        var schedule: String {
            switch self {
            case .scheduler: "every: 1s"
            case .api: "schedule: \"0 0 1 1 *\""
            }
        }
    }

    @Test(arguments: Caller.allCases)
    func aServiceThatWasTakenOverChangesNothingOutside(_ caller: Caller) async throws {
        try await ContainedWorld.with(schedule: caller.schedule) { world in
            let before = try Manifest(of: world.outside)
            let answers = try await Self.attack(world, containment: "on", by: caller) { serve in
                try ContainedThreads.expectBound(of: serve.pid)
            }
            try world.expectContained(answers, before: before)
        }
    }

    @Test(arguments: Caller.allCases)
    func uncontainedTheSameServiceDoesAllThat(_ caller: Caller) async throws {
        try await ContainedWorld.with(schedule: caller.schedule) { world in
            let before = try Manifest(of: world.outside)
            let answers = try await Self.attack(world, containment: "off", by: caller) { _ in }
            try world.expectUncontained(answers, before: before)
        }
    }

    // MARK: The attack

    /// Runs a service, whose remover is taken over in a debug build.
    /// - Parameter look: called before it is asked to clean, and once more after that, when all its threads have begun.
    /// - Returns: what it said to each way that was tried, by its name.
    private static func attack(
        _ world: ContainedWorld,
        containment: String,
        by caller: Caller,
        look: (ServeProcess) throws -> Void
    ) async throws -> [String: String] {
        try await withServe(world.takenOver(containment)) { serve in
            try look(serve)
            try await Self.clean(serve, caller)
            try look(serve)
            serve.signal(SIGTERM)
            let (code, lines) = await serve.end()
            #expect(code == 0)
            return ContainedWorld.answers(in: lines)
        }
    }

    /// Waits for the end of a run that removes something.
    private static func clean(_ serve: ServeProcess, _ caller: Caller) async throws {
        switch caller {
        case .scheduler:
            try await serve.waitForFirst("cleanup_job_complete")
        case .api:
            let answer = try await serve.request(
                "/api/cleanup/run?wait=true",
                method: "POST",
                headers: ["Content-Type: application/json"],
                body: #"{"tasks":["data"],"dry_run":false}"#
            )
            #expect(answer.status == 200 && answer.body.contains(#""outcome":"success""#), "\(answer.body)")
        }
    }
}
