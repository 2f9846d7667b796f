import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Support
import Synchronization
import Testing

@testable import Console

/// How tokens are compared: what it takes to say no is the same for every wrong one.
@Suite(.tags(.a3)) struct SecretComparisonTests {
    private static let generator = SeededGenerator(seed: 20_260_722)

    @Test func whateverIsOfferedIsComparedAs32Bytes() {
        var generator = Self.generator
        for length in [0, 1, 31, 32, 33, 64, 4_000] {
            let text = String(
                (0..<length).map { _ in Character(UnicodeScalar(UInt8.random(in: 33...126, using: &generator))) }
            )
            let digest = SecretComparison.digest(text)
            #expect(digest.count == 32)
            #expect(!SecretComparison.isEqual(digest, Array(text.utf8)))
        }
        #expect(SecretComparison.digest("abc").prefix(4) == [0xBA, 0x78, 0x16, 0xBF])
    }

    @Test func everyByteIsLookedAtWhereverTheFirstDifferenceLies() {
        let known = SecretComparison.digest("a token")
        for place in [nil] + (0..<32).map(Optional.some) {
            var offered = known
            if let place { offered[place] ^= 1 }
            let (left, right) = (Watched(known), Watched(offered))
            #expect(SecretComparison.isEqual(left, right) == (place == nil), "\(place ?? -1)")
            #expect(left.looks == 32 && right.looks == 32, "\(place ?? -1)")
        }
    }

    @Test func theDigestThatIsStoredIsNoToken() async throws {
        let bench = try ConsoleBench(tokens: TestTokens.all)
        let stored = SecretComparison.digest(TestTokens.admin)
        let digits = stored.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        #expect(try await bench.ask(.get, "/api/cleanup/status", TestTokens.bearer(digits)).status == .unauthorized)
    }

    /// By the clock it is judged in `make soak` only: other programs on the machine must not make a commit fail.
    @Test(.enabled(if: timedCompares > 0, "make soak"))  // banned-ok: the soak waits for the clock
    func theTimeOfAComparisonSaysNothingOfHowMuchWasRight() async throws {
        let found = try await onThread {
            // Noise of the machine may look like a difference once; what is one is there each time.
            (0..<3).map {
                CompareTiming.welch(of: SecretComparison.isEqual, compares: timedCompares, seed: UInt64($0 + 1))
            }
        }
        #expect(found.contains { abs($0) < 4.5 }, "|t| of three measurements, seeds 1 to 3: \(found)")
        let careless = try await onThread {
            CompareTiming.welch(of: { $0.elementsEqual($1) }, compares: timedCompares, seed: 4)
        }
        #expect(abs(careless) > 4.5, "a comparison that ends at the first difference was not found out: \(careless)")
    }
}

private let timedCompares = Scale.rounds(0, nightly: 100_000)

/// Bytes that count how many of them were looked at.
private final class Watched: Collection, Sendable {
    private let bytes: [UInt8]
    private let seen = Mutex(0)

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var looks: Int { seen.withLock { $0 } }
    var startIndex: Int { 0 }
    var endIndex: Int { bytes.count }
    func index(after index: Int) -> Int { index + 1 }

    subscript(index: Int) -> UInt8 {
        seen.withLock { $0 += 1 }
        return bytes[index]
    }
}

/// Whether digests that are equal in many bytes take another time to compare than those that are in few.
enum CompareTiming {
    /// Welch's t of the two halves of many compares, of which the slowest tenth is left out: there the machine did something
    /// else. Above 4.5 it is no chance (Reparaz, Balasch, Verbauwhede: Dude, is my code constant time?, 2017).
    static func welch(of isEqual: ([UInt8], [UInt8]) -> Bool, compares: Int, seed: UInt64) -> Double {
        var generator = SeededGenerator(seed: seed)
        let known = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        var times: [(isLong: Bool, nanoseconds: Double)] = []
        for _ in 0..<compares {
            let equal = Int.random(in: 0...32, using: &generator)
            let offered = known.enumerated().map { $0 < equal ? $1 : ~$1 }
            let start = ContinuousClock.now
            let isSame = isEqual(known, offered)
            let nanoseconds = (ContinuousClock.now - start) / .nanoseconds(1)
            precondition(isSame == (equal == 32), "the comparison is wrong")
            times.append((equal > 16, nanoseconds))
        }
        times.sort { $0.nanoseconds < $1.nanoseconds }
        let kept = times.prefix(times.count * 9 / 10)
        let (few, many) = (Sample(kept.filter { !$0.isLong }), Sample(kept.filter(\.isLong)))
        return (few.mean - many.mean) / (few.variance / few.count + many.variance / many.count).squareRoot()
    }

    private struct Sample {
        let count: Double
        let mean: Double
        let variance: Double

        init(_ times: [(isLong: Bool, nanoseconds: Double)]) {
            count = Double(max(times.count, 2))
            let mean = times.reduce(0) { $0 + $1.nanoseconds } / count
            self.mean = mean
            variance = times.reduce(0) { $0 + ($1.nanoseconds - mean) * ($1.nanoseconds - mean) } / (count - 1)
        }
    }
}
