import CleanupConfiguration
import Engine
import Retention
import Testing

@testable import cleanupd

/// What a sealed plan is bound to where queries name instants.
@Suite struct QueryDigestTests {
    private static let text = """
        state: sqlite:state.db
        connections:
          data: { url: "file://data" }
          main: { url: "postgres:///app" }
        tasks:
          repos:
            files: { in: data, path: repos, type: directory, depth: 1 }
            remove: { older_than: 180d, listed_by: [{ in: main, query: "SELECT path FROM repos WHERE used < :cutoff" }] }
        """

    /// The digest of the only task, with another configuration.
    private static func digest(
        _ bench: ConfiguredBench,
        _ change: (inout Configuration) -> Void = { _ in }
    ) throws -> String {
        var configuration = bench.configuration
        change(&configuration)
        let builder = ProgramBuilder(
            connections: Connections(configuration),
            environment: [:],
            memory: bench.backends.memory
        )
        return try #require(try builder.program(overrides: nil).task("repos")).policyDigest
    }

    @Test func queryAndAgeAreCovered() throws {
        let bench = try ConfiguredBench(Self.text)
        let digest = try Self.digest(bench)
        #expect(try Self.digest(bench) == digest)
        let other = "SELECT path FROM repos WHERE used <= :cutoff"
        #expect(try Self.digest(bench) { $0.tasks[0].removal.listedBy[0].query = other } != digest)
        #expect(try Self.digest(bench) { $0.tasks[0].removal.listedBy[0].timeFormat = .epoch } != digest)
        let age = try Age(parsing: "181d")
        #expect(try Self.digest(bench) { $0.tasks[0].policy.remove?.olderThan = age } != digest)
    }

    @Test func theGraceIsCoveredWhereAQueryNamesIt() throws {
        let bench = try ConfiguredBench(Self.text)
        #expect(try Self.digest(bench) { $0.graceMilliseconds = 1 } == Self.digest(bench))
        let naming = "SELECT path FROM repos WHERE used < :cutoff AND used < :grace_cutoff"
        let digest = try Self.digest(bench) { $0.tasks[0].removal.listedBy[0].query = naming }
        let other = try Self.digest(bench) { configuration in
            configuration.tasks[0].removal.listedBy[0].query = naming
            configuration.graceMilliseconds = 1
        }
        #expect(digest != other)
    }
}
