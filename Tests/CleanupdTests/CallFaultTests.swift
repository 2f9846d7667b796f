import Console
import Engine
import Foundation
import State
import Stores
import Support
import Telemetry
import Testing

@testable import cleanupd

/// Whose fault it is decides the status of an answer: 4xx for who asks, 5xx for the service.
@Suite struct CallFaultTests {
    private static func fault(_ body: () throws -> Void) -> ConsoleError? {
        let error = #expect(throws: ConsoleError.self) { try body() }
        return error
    }

    @Test(
        arguments: [
            (CommandFailure.usage("no"), .invalid), (CommandFailure.failed("no"), .unavailable),
            (CommandFailure.locked("no"), .unavailable), (StoreError(.unreadable, "no"), .unavailable),
            (StoreError(.missing, "no"), .unavailable),
        ] as [(any Error, ConsoleError.Code)]
    )
    func whatCannotBeAskedForIsToldFromWhatIsNotThere(_ cause: any Error, _ code: ConsoleError.Code) {
        let fault = Self.fault { try RunOrders.usage { () throws -> Void in throw cause } }
        #expect(fault?.code == code)
        #expect(fault?.message == "no")
    }

    @Test(
        arguments: [
            (EngineError(.planNotFound, "no"), .notFound), (EngineError(.planTooOld, "no"), .refused),
            (EngineError(.spool, "no"), .unavailable), (StateError(.altered, "no"), .refused),
            (StateError(.unavailable, "no"), .unavailable), (StateError(.corrupt, "no"), .unavailable),
        ] as [(any Error, ConsoleError.Code)]
    )
    func aPlanThatCannotBeHadIsToldFromAServiceThatCannotMakeIt(_ cause: any Error, _ code: ConsoleError.Code) {
        let fault = Self.fault { try RunOrders.engine { () throws -> Void in throw cause } }
        #expect(fault?.code == code)
        #expect(fault?.message == "no")
    }

    /// It was read with the configuration, and goes on until that is read anew.
    @Test func aSecretThatCannotBeReadAnyMoreHindersNoRunThatACallAsksFor() throws {
        let folder = try TemporaryFolder()
        let key = folder.file("key")
        try Data("hush".utf8).write(to: URL(filePath: key))
        let bench = try ConfiguredBench(
            """
            state: sqlite:state.db
            connections:
              bundles:
                url: s3://bundles
                endpoint: "http://127.0.0.1:1"
                access_key: us
                secret_key: { file: \(key) }
            tasks:
              old:
                objects: { in: bundles, prefix: p/ }
                remove: { older_than: 30d }
            """
        )
        let overrides = Overrides(tasks: ["old": .init(olderThan: "60d")], words: .members)
        #expect(unlink(key) == 0)
        _ = try bench.blueprint.program(overriding: overrides, bench.backends)
        let wrong = Overrides(tasks: ["old": .init(olderThan: "soon")], words: .members)
        let slip = Self.fault {
            try RunOrders.usage { _ = try bench.blueprint.program(overriding: wrong, bench.backends) }
        }
        #expect(slip?.code == .invalid)
    }
}
