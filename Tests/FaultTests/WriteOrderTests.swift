import Foundation
import Support
import Testing

/// F9: what the program wrote and did not synchronise is lost, or is there before what came earlier.
///
/// A tracer tells all that the real program does to its directory; from that come the states that a disk may be in after
/// the power was lost at each instant.
@Suite(.tags(.f9)) struct WriteOrderTests {
    private static let files = Scale.rounds(24, nightly: 60)
    private static let limit = Scale.rounds(256, nightly: 2_000)
    private static let seed = Scale.seed(9)

    @Test func everyStateThatADiskMayBeInHasTheOriginalOrItsArchive() async throws {
        var random = SeededGenerator(seed: Self.seed)
        let calls = try await Self.trace()
        var lost: [String] = []
        let count = CrashStates(calls, limit: Self.limit).forEach(using: &random) { instant, state in
            lost += Self.lost(state, calls).map { "line \(instant), seed \(Self.seed): \($0) in \(state)" }
        }
        #expect(lost.prefix(3) == [])
        #expect(count >= 1_000)
    }

    /// Each of the synchronisations is needed, and the states show it.
    @Test(arguments: ["files", "directory"]) func aProgramThatDoesNotSynchroniseIsFoundOut(_ what: String) async throws
    {
        var random = SeededGenerator(seed: Self.seed)
        let calls = try await Self.trace()
        let states = CrashStates(calls, limit: Self.limit) { change in
            if case .synchroniseFile = change { return what == "files" }
            return change == .synchroniseDirectory && what == "directory"
        }
        var lost = Set<String>()
        _ = states.forEach(using: &random) { lost.formUnion(Self.lost($1, calls)) }
        #expect(lost.count == Self.files / AgedLogs.Fate.allCases.count, "each of the archives may be lost: \(lost)")
    }

    /// All that a run does to the files of a world, which it has done rightly.
    private static func trace() async throws -> SystemCalls {
        try await ProgramWorld.with(files: files) { world in
            let names = try FileManager.default.contentsOfDirectory(atPath: world.data.path)
            let trace = world.folder.appending(path: "trace")
            let tracer = [
                "/usr/bin/strace", "--follow-forks", "--seccomp-bpf", "--quiet=all", "--decode-fds=path",
                "--string-limit=200", "--output=\(trace.path)", "--trace=\(SystemCalls.traced)",
            ]
            try await world.cleanupd(launcher: tracer).run("run", "--force", "logs").check()
            try world.logs.expectDone("traced")
            let text = String(decoding: try Data(contentsOf: trace), as: UTF8.self)
            let calls = try SystemCalls(trace: text, directory: world.data.path, names: names)
            let left = try FileManager.default.contentsOfDirectory(atPath: world.data.path)
            try #require(Set(calls.last.keys) == Set(left), "the model of the names is right")
            return calls
        }
    }

    /// Names of what a state has neither as it was nor in a whole archive.
    private static func lost(_ state: CrashStates.State, _ calls: SystemCalls) -> [String] {
        (0..<files).filter { AgedLogs.fate($0) != .removed }.compactMap { index in
            let name = AgedLogs.name(index)
            guard let original = calls.first[name], state.names[name] != original else { return nil }
            guard AgedLogs.fate(index) == .compressed else { return name }
            guard let archive = calls.last[name + ".gz"] else { return name }
            return state.names[name + ".gz"] == archive && state.whole.contains(archive) ? nil : name
        }
    }
}
