import Foundation
import Support
import Testing

/// F6: the real program is killed when it enters a system call, by a tracer that knows nothing of its insides.
@Suite(.tags(.f6)) struct BlackBoxKillTests {
    private static let kills = Scale.rounds(100, nightly: 2_000)
    /// What changes files, or makes changes last; `pwrite64` and `fdatasync` are the ledger's.
    private static let calls = [
        "unlinkat", "renameat2", "fsync", "write", "openat", "fchmod", "utimensat", "pwrite64", "fdatasync",
    ]
    private static let seed = Scale.seed(6)

    /// Up to six programs die in a world, each taking up what the one before it has left, until one comes to its end.
    @Test func aKillAtAnySystemCallLosesNothingAndTheNextRunCompletes() async throws {
        var random = SeededGenerator(seed: Self.seed)
        var kills = 0
        var whole = 0
        while kills < Self.kills {
            try #require(whole < 10 * Self.kills, "the program is hardly ever killed: \(kills) times")
            try await ProgramWorld.with(files: 18) { world in
                var story: [String] = []
                for _ in 0..<6 {
                    let call = random.pick(Self.calls)
                    let number = Int.random(in: 1...12, using: &random)
                    story.append("\(call) \(number)")
                    let tracer = Self.tracer(call, number)
                    let result = try await world.cleanupd(launcher: tracer).run("run", "--force", "logs")
                    try world.logs.expectNothingLost("seed \(Self.seed), \(story)")
                    guard result.code == 128 + SIGKILL else {
                        #expect(result.code == 0, "seed \(Self.seed), \(story): \(result.errorText)")
                        whole += 1
                        break
                    }
                    kills += 1
                }
                let last = try await world.cleanupd().run("run", "--force", "logs")
                #expect(last.code == 0, "seed \(Self.seed), \(story): \(last.errorText)")
                try world.logs.expectDone("seed \(Self.seed), \(story)")
            }
        }
    }

    /// Kills when a thread enters this call for the nth time. Without `--seccomp-bpf`, beside which nothing is injected.
    private static func tracer(_ call: String, _ number: Int) -> [String] {
        [
            "/usr/bin/strace", "--follow-forks", "--quiet=all", "--output=/dev/null",
            "--trace=\(call)", "--inject=\(call):signal=SIGKILL:when=\(number)",
        ]
    }
}
