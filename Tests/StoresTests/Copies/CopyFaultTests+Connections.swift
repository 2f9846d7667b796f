import Foundation
import Retention
import Support
import Testing

@testable import Stores

/// Connections that break, and runs that end.
extension CopyFaultTests {
    @Test func anAnswerThatWasLostIsNoReasonToSendTwiceOrToKeep() async throws {
        let fate: CopyWorld.Fate = { request in
            let makes = request.method == "PUT" || request.method == "POST" && !request.path.contains("uploads")
            return makes && request.count == 1 ? .carryOut(saying: Data()) : .pass
        }
        for size in [100, 2 * CopyWorld.smallPart] {
            try await CopyWorld.with(fate: fate) { world in
                let noise = CopyWorld.noise(size)
                try world.write("a.zip", noise)
                let results = try await world.run(leastPart: CopyWorld.smallPart)
                #expect(results["a.zip"]?.outcome == .deleted, "\(results)")
                #expect(try await world.object(Self.key) == noise)
            }
        }
    }

    // MARK: Runs that end

    @Test func aRunThatEndsInTheMiddleLeavesTheFileAndNoParts() async throws {
        let parts = Count()
        let fate: CopyWorld.Fate = { request in
            if request.path.contains("partNumber=") { parts.add() }
            return .pass
        }
        try await CopyWorld.with(fate: fate) { world in
            let noise = CopyWorld.noise(3 * CopyWorld.smallPart)
            try world.write("a.zip", noise)
            let results = try await world.run(leastPart: CopyWorld.smallPart, isCancelled: { parts.value > 0 })
            #expect(results["a.zip"]?.outcome == .notTried, "\(results)")
            #expect(world.contents("a.zip") == noise)
            #expect(try await world.keys().isEmpty)
            #expect(try await world.uploads().isEmpty)
        }
    }

    @Test func aServerThatFallsSilentDoesNotHoldTheEndOfTheRun() async throws {
        let asked = Count()
        let fate: CopyWorld.Fate = { request in
            guard request.method == "PUT" else { return .pass }
            asked.add()
            return .silence
        }
        try await CopyWorld.with(fate: fate) { world in
            try world.write("a.zip", Self.letters)
            let start = ContinuousClock.now
            let results = try await world.run(isCancelled: { asked.value > 0 })
            #expect(results["a.zip"]?.outcome == .notTried, "\(results)")
            // The server's patience is a minute, thrice; only a cancelled wait ends before.
            #expect(ContinuousClock.now - start < .seconds(50))
            #expect(world.contents("a.zip") == Self.letters)
        }
    }
}
