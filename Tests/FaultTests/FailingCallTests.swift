import CLinux
import Engine
import Foundation
import Retention
import State
import Support
import Testing

/// F7: each mutating operation of a whole run fails in turn, once or with all that come after it, with any error.
///
/// What a run says of itself is true whatever failed, and the next run does the rest.
@Suite(.serialized, .tags(.f7)) struct FailingCallTests {
    private static let files = 6
    static let errors = [EIO, ENOSPC, EDQUOT, EACCES, EROFS, EMFILE, ENOMEM, EINTR, ESTALE, ETXTBSY, EBUSY, EAGAIN]

    @Test(arguments: errors) func aRunWhoseCallsFailTellsTheTruthAndTheNextCompletes(_ error: Int32) async throws {
        try #require(clinux_fault_available(), "Fault points are compiled in debug builds only.")
        for mode in [CLINUX_FAULT_ERRNO_ONCE, CLINUX_FAULT_ERRNO_FROM] {
            var point: UInt64 = 1
            while try await !isUntouched(mode, at: point, error) {
                point += 1
                try #require(point < 1_000, "it ends")
            }
            #expect(point > 20)
        }
    }

    /// - Returns: whether the run ended before it met the fault.
    private func isUntouched(_ mode: clinux_fault_mode, at point: UInt64, _ error: Int32) async throws -> Bool {
        let world = try CrashWorld(files: Self.files)
        defer { world.remove() }
        let when = "errno \(error), mode \(mode.rawValue), operation \(point)"
        clinux_fault_arm(mode, point, error)
        do {
            let report = try await world.run()
            let count = clinux_fault_count()
            clinux_fault_arm(CLINUX_FAULT_COUNT, 0, 0)
            try world.logs.expectNothingLost(when)
            let done = try world.logs.done()
            let counts = report.counts
            #expect(counts.failures.values.reduce(0, +) == counts.failed, "\(when): \(report)")
            // What was done and could not be recorded is found out by the next run.
            if !report.isLedgerIncomplete {
                #expect(counts.deleted == done.removed, "\(when): \(report)")
                #expect(counts.compressed == done.compressed, "\(when): \(report)")
            }
            if mode == CLINUX_FAULT_ERRNO_ONCE { #expect(counts.failed <= 1, "\(when): \(report)") }
            if report.outcome == .success { try world.logs.expectDone("\(when), said to succeed") }
            if count < point {
                #expect(report.outcome == .success, "\(when): \(report)")
                return true
            }
        } catch is StateError {
            // The ledger could not even be opened: nothing was touched.
            clinux_fault_arm(CLINUX_FAULT_COUNT, 0, 0)
            #expect(try world.logs.done() == (0, 0), "\(when)")
        }
        let second = try await world.run()
        #expect(second.outcome == .success, "after \(when): \(second.message ?? "")")
        try world.logs.expectDone("after \(when)")
        try world.expectLedgerTellsTheTruth("after \(when)")
        return false
    }
}
