import Clients
import Foundation
import Retention
import Support
import Synchronization
import Testing

@testable import Stores

/// Buckets that go away, or fall silent.
extension CopyFaultTests {
    @Test func aBucketThatDoesNotAnswerFailsTheRunBeforeItsFirstDeletion() async throws {
        let fate: CopyWorld.Fate = { _ in .say(Self.nothing) }
        try await CopyWorld.with(fate: fate) { world in
            try world.write("a.zip", Self.letters)
            let error = await #expect(throws: StoreError.self) { try await world.run() }
            // Never missing: an optional connection would make that a run that has nothing to complain of.
            #expect(error?.code == .unreadable)
            #expect(error?.message.hasSuffix("Files are copied there first; nothing was removed.") == true)
            #expect(world.contents("a.zip") == Self.letters)
            for store in world.stores {
                let error = await #expect(throws: StoreError.self) {
                    try await onThread {
                        try store.openRemover(run: "r", fence: nil).prepareToRemove(isCancelled: { false })
                    }
                }
                #expect(error?.code == .unreadable)
            }
        }
    }

    /// What takes the place of a file is no copy.
    @Test func aRunThatOnlyCompressesDoesNotAskTheBucket() async throws {
        let asked = Count()
        let fate: CopyWorld.Fate = { _ in
            asked.add()
            return .say(Self.nothing)
        }
        try await CopyWorld.with(fate: fate) { world in
            try world.write("a.log", Self.letters)
            let results = try await world.run(FilesSpecification(compresses: true), verdict: .compress)
            #expect(results["a.log"]?.outcome == .compressed, "\(results)")
            #expect(world.contents("a.log") == nil && world.contents("a.log.gz") != nil)
            #expect(asked.value == 0)
        }
    }

    @Test func aBucketThatGoesAwayIsNotAskedForEachFile() async throws {
        // From the first file on.
        let asked = Count()
        let fate: CopyWorld.Fate = { request in
            guard request.path.hasSuffix(".zip") || asked.value > 0 else { return .pass }
            asked.add()
            return .say(Self.nothing)
        }
        try await CopyWorld.with(fate: fate) { world in
            for index in 0..<50 { try world.write("\(index).zip", Self.letters) }
            let results = try await world.run()
            #expect(results.count == 50 && results.values.allSatisfy { $0.outcome == .failed }, "\(results)")
            #expect(asked.value < 10)
            // Only the first names the key that it was asked for.
            let words = "not copied, because the bucket could not be used a moment ago for another file"
            #expect(results.values.count { $0.detail?.hasSuffix(words) == true } == 49, "\(results)")
        }
    }

    /// Nobody waits for it again and again, until the run ends.
    @Test func aBucketThatFallsSilentIsNotAskedForEachFile() async throws {
        let asked = Count()
        let fate: CopyWorld.Fate = { request in
            guard request.path.hasSuffix(".zip") else { return .pass }
            asked.add()
            return .silence
        }
        var limits = S3Limits()
        limits.attempts = 1
        limits.idleTimeout = .seconds(5)
        try await CopyWorld.with(fate: fate, limits: limits) { world in
            for index in 0..<50 { try world.write("\(index).zip", Self.letters) }
            let results = try await world.run()
            #expect(results.count == 50 && results.values.allSatisfy { $0.failure == .timeout }, "\(results)")
            #expect(asked.value == 2)
            let words = "because the bucket was silent for two files one after the other; this run asks it no more"
            #expect(results.values.count { $0.detail?.hasSuffix(words) == true } == 48, "\(results)")
            for index in 0..<50 { #expect(world.contents("\(index).zip") == Self.letters) }
        }
    }

    /// Nor is it given up while it answers in between, though not as it should.
    @Test func aBucketThatAnswersBetweenTwoSilencesIsAskedFurther() async throws {
        let paths = Mutex<[String]>([])
        let fate: CopyWorld.Fate = { request in
            guard request.path.hasSuffix(".zip") else { return .pass }
            let number = paths.withLock { paths in
                if let known = paths.firstIndex(of: request.path) { return known }
                paths.append(request.path)
                return paths.count - 1
            }
            return number.isMultiple(of: 2) ? .silence : .say(Self.head(length: 99, etag: "0"))
        }
        var limits = S3Limits()
        limits.attempts = 1
        limits.idleTimeout = .seconds(5)
        try await CopyWorld.with(fate: fate, limits: limits) { world in
            for index in 0..<4 { try world.write("\(index).zip", Self.letters) }
            let results = try await world.run()
            #expect(paths.withLock { $0.count } == 4)
            #expect(results.values.count { $0.failure == .timeout } == 2, "\(results)")
            #expect(results.values.count { $0.failure == .conflict } == 2, "\(results)")
            for index in 0..<4 { #expect(world.contents("\(index).zip") == Self.letters) }
        }
    }
}
