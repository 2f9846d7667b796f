import Foundation
import Support
import Testing

@testable import cleanupd

/// Which servers a configuration asks, whatever becomes of the files of its secrets.
@Suite struct ConnectionsTests {
    private static let text = """
        state: sqlite:state.db
        connections:
          cache: { url: { file: url } }
          data: { url: "file://data" }
        tasks:
          logs:
            files: { in: data }
            remove: { older_than: 30d }
            keep: { referenced_by: [{ in: cache, keys: "log:*" }] }
        """

    private static func bench(_ url: String) throws -> ConfiguredBench {
        let bench = try ConfiguredBench(text)
        // It is not there when the configuration is read; the next one finds it.
        try bench.write(url, to: "url")
        return bench
    }

    @Test func whatASecretHeldWhenItWasReadHoldsUntilTheNextReading() throws {
        let bench = try Self.bench("redis://127.0.0.1:1")
        let connections = try bench.blueprint.connections.successor(for: bench.configuration)
        try bench.write("nonsense", to: "url")
        _ = try connections.keys("cache")
        let next = try connections.successor(for: bench.configuration)
        #expect(throws: (any Error).self) { try next.keys("cache") }
        // As before for who goes on with the former.
        _ = try connections.keys("cache")
    }

    @Test func whatIsUnchangedIsHandedOn() throws {
        let bench = try Self.bench("redis://127.0.0.1:1")
        let connections = try bench.blueprint.connections.successor(for: bench.configuration)
        let server = try connections.keys("cache")
        #expect(try connections.successor(for: bench.configuration).keys("cache") === server)
        try bench.write("redis://127.0.0.1:2", to: "url")
        #expect(try connections.successor(for: bench.configuration).keys("cache") !== server)
    }

    @Test func aSecretOfWhatIsOpenThatIsGoneIsToldAndChangesNothing() throws {
        let bench = try Self.bench("redis://127.0.0.1:1")
        let connections = try bench.blueprint.connections.successor(for: bench.configuration)
        let server = try connections.keys("cache")
        try FileManager.default.removeItem(atPath: bench.folder.file("url"))
        let text = errorText { _ = try connections.successor(for: bench.configuration) }
        #expect(text?.hasPrefix("The secret of connection cache cannot be read from ") == true)
        #expect(try connections.keys("cache") === server)
    }
}
