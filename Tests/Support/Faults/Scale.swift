import Foundation

/// How often the tests of faults repeat themselves: few times for each commit, and many times in `make soak`.
///
/// - `CLEANUPD_SOAK=1` asks for the nightly numbers of docs/faults.md, `0.1` for a tenth of them; never less than the
///   numbers per commit.
/// - `CLEANUPD_SEED=17` chooses the random numbers. Otherwise they are the same in each run of `make test`, and others in
///   each run of `make soak`, which says them.
package enum Scale {
    /// ThreadSanitizer is in whatever the tests run: `scripts/tsan.sh`.
    package static let isUnderThreadSanitizer = environment["TSAN_OPTIONS"] != nil

    /// The part of the nightly numbers that is asked for; `nil` = the numbers per commit.
    package static let soak: Double? = environment["CLEANUPD_SOAK"].flatMap { Double($0) }

    /// How often something is done.
    package static func rounds(_ perCommit: Int, nightly: Int) -> Int {
        max(perCommit, Int((Double(nightly) * (soak ?? 0)).rounded(.up)))
    }

    /// Minutes that something may take at most: a day in `make soak`, where all takes long.
    package static func minutes(_ perCommit: Int) -> Int { soak == nil ? perCommit : 24 * 60 }

    /// The seed of a test, of which `own` tells it from others.
    package static func seed(_ own: UInt64) -> UInt64 { own &+ chosen &* 1_000_003 }

    private static let chosen: UInt64 = {
        if let seed = environment["CLEANUPD_SEED"].flatMap({ UInt64($0) }) { return seed }
        guard soak != nil else { return 0 }
        let seed = UInt64.random(in: 1..<1_000_000)  // banned-ok: the seed itself, which is said
        FileHandle.standardError.write(Data("CLEANUPD_SEED=\(seed)\n".utf8))
        return seed
    }()

    private static var environment: [String: String] { ProcessInfo.processInfo.environment }
}
