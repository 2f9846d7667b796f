import Foundation
import Support
import Testing

/// P6: threads that race for the same memory.
///
/// The compiler refuses them, but for the code that tells it not to look. That code is built under ThreadSanitizer here,
/// and driven by many threads; the whole suite runs so in `make tsan`. What takes long to build waits for `make soak`.
@Suite(.serialized, .tags(.p6), .timeLimit(.minutes(Scale.minutes(10)))) struct DataRaceTests {
    /// Where the compiler does not look, and the test below that does.
    private static let unchecked = [
        "Clients/FileTree/WorkStack.swift": "threadsThatShareAStackOfWorkDoNotRace",
        "Clients/Postgres/PostgresServer.swift": "sessionsAreNeverUsedByTwoThreadsAtOnce",
        "Clients/Threads/MonotonicSemaphore.swift": "whatASemaphoreHandsOverIsNoRace",
    ]

    /// Beside the folder of PostgreSQL, what it needs of others.
    private static let postgres = [
        "Clients/Postgres", "Clients/Calls", "Clients/Text", "Clients/Threads", "Clients/Clock/CivilTime.swift",
        "Clients/Clock/TimeScanner.swift", "Clients/FileTree/SystemError.swift", "Clients/FileTree/Workers.swift",
    ]

    /// Otherwise no report would say nothing, and a report nothing either.
    @Test(.enabled(if: Scale.soak != nil, "make soak"))  // banned-ok: the soak builds it
    func aRaceIsFoundAndALockIsNoRace() async throws {
        try await withTemporaryDirectory { folder in
            let program = try await RaceProgram("LockRace", with: ["Clients/FileTree/Workers.swift"], in: folder)
            let guarded = try await program.run("guarded")
            #expect(guarded.reports == 0, "\(guarded.story)")
            #expect(guarded.text == "20000")
            #expect(try await program.run("careless").reports > 0)
        }
    }

    @Test func threadsThatShareAStackOfWorkDoNotRace() async throws {
        let rounds = Scale.rounds(50, nightly: 5_000)
        let run = try await Self.run("WorkStackRace", with: "Clients/FileTree/WorkStack.swift", rounds)
        #expect(run.reports == 0, "\(run.story)")
        #expect(run.text == "\(rounds * 2_047)", "each piece of work is done once")
    }

    @Test func whatASemaphoreHandsOverIsNoRace() async throws {
        let rounds = Scale.rounds(2_000, nightly: 100_000)
        let run = try await Self.run("SemaphoreRace", with: "Clients/Threads/MonotonicSemaphore.swift", rounds)
        #expect(run.reports == 0, "\(run.story)")
        #expect(run.text == "\(rounds)", "each signal lets one wait end")
    }

    @Test(.enabled(if: Scale.soak != nil, "make soak"))  // banned-ok: the soak builds it, and the whole client with it
    func sessionsAreNeverUsedByTwoThreadsAtOnce() async throws {
        let rounds = Scale.rounds(200, nightly: 25_000)
        let flags = try await Command.run("/usr/bin/env", ["pkg-config", "--cflags-only-I", "libpq"]).check()
        let headers = flags.text.split(whereSeparator: \.isWhitespace).flatMap { ["-Xcc", String($0)] }
        let module = Project.file("Sources/CLibPQ").path
        try await withTemporaryDirectory { folder in
            let program = try await RaceProgram(
                "PostgresSessionsRace",
                with: Self.postgres,
                options: ["-I", module] + headers,
                in: folder
            )
            let run = try await program.run(try PostgresTestServer.shared.url(), "\(rounds)")
            #expect(run.reports == 0, "\(run.story)")
            #expect(run.text == "done")
        }
    }

    @Test func nothingElseIsHiddenFromTheCompiler() throws {
        let sources = Project.file("Sources")
        let paths = try #require(FileManager.default.enumerator(atPath: sources.path)?.allObjects as? [String])
        let hidden = try paths.filter { $0.hasSuffix(".swift") }.filter { path in
            let text = try String(contentsOf: sources.appendingPathComponent(path), encoding: .utf8)
            let words = ["@unchecked Sendable", "nonisolated(unsafe)", "@preconcurrency", "unsafeBitCast"]
            return words.contains { text.contains($0) }
        }
        #expect(paths.count > 300, "these are not all sources")
        #expect(hidden.sorted() == Self.unchecked.keys.sorted(), "each needs a test of this suite")
    }

    /// Builds a program of Tests/Races with the file that it drives, and runs it so often.
    private static func run(_ program: String, with source: String, _ rounds: Int) async throws -> RaceProgram.Run {
        try await withTemporaryDirectory { folder in
            try await RaceProgram(program, with: [source, "Clients/FileTree/Workers.swift"], in: folder).run(
                "\(rounds)"
            )
        }
    }
}
