import Clients
import Foundation
import Retention
import Support
import Testing

@testable import Stores

@Suite("Objects: what cannot be done")
struct ObjectsErrorTests {
    private static func failure(_ settings: S3Settings) async throws -> StoreError? {
        let server = ObjectsServer(name: "bundles", settings: settings)
        let store = ObjectsStore(server: server, specification: ObjectsSpecification(), now: ObjectsWorld.clock)
        let error = await #expect(throws: StoreError.self) {
            try await onThread { try StorePlan(of: store, .older(than: "1d"), now: ObjectsWorld.clock()) }
        }
        await server.shutdown()
        return error
    }

    @Test(arguments: S3TestServer.Kind.allCases)
    func theErrorSaysWhatIsWrongAndNoSecret(_ kind: S3TestServer.Kind) async throws {
        try await ObjectsWorld.with(kind) { world in
            var settings = world.settings
            let wrong = S3Credentials(accessKey: world.bucket.accessKey, secretKey: "not-the-secret-key")
            settings.credentials = .fixed(wrong)
            let denied = try await Self.failure(settings)
            #expect(denied?.code == .unreadable)
            #expect(denied?.message.contains("bundles") == true)
            #expect(denied?.message.contains("not-the-secret-key") == false)
            settings = world.settings
            settings.bucket = "nobody-made-this"
            #expect(try await Self.failure(settings)?.code == .missing)
            settings.endpoint = "http://127.0.0.1:\(try Loopback.freePort())"
            let missing = try await Self.failure(settings)
            #expect(missing?.code == .missing)
            #expect(missing?.message.contains(world.bucket.secretKey) == false)
        }
    }

    @Test func globsThatAreNoneAreRefused() async throws {
        try await ObjectsWorld.with(.seaweed) { world in
            let error = await #expect(throws: StoreError.self) {
                try await world.plan(ObjectsSpecification(match: ["a{b"]), try .older(than: "1d"))
            }
            #expect(error?.message.contains("a{b") == true)
        }
    }

    @Test func anUnknownConditionIsNotTakenForOne() throws {
        let server = ObjectsServer(name: "bundles", settings: S3Settings(bucket: "b", endpoint: "http://127.0.0.1:1"))
        func capabilities(_ conditional: Bool?) -> S3Capabilities {
            S3Capabilities(
                conditionalDelete: conditional,
                versioning: .off,
                unknownReason: conditional == nil ? "it may not write" : nil
            )
        }
        for conditional in [false, nil] {
            let error = #expect(throws: StoreError.self) {
                try ObjectsCondition.require(capabilities(conditional), of: server, isAllowed: false)
            }
            #expect(error?.code == .denied)
            #expect(error?.message.contains("allow: { unconditional: true }") == true)
            #expect(error?.message.contains("it may not write") == (conditional == nil))
            try ObjectsCondition.require(capabilities(conditional), of: server, isAllowed: true)
        }
        try ObjectsCondition.require(capabilities(true), of: server, isAllowed: false)
    }
}
