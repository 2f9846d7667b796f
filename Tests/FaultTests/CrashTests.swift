import CLinux
import Coordination
import Engine
import Foundation
import Logging
import Retention
import State
import Stores
import Support
import Telemetry
import Testing

/// The process dies at each mutating operation of a run that compresses and deletes, and is started again.
///
/// Dying is simulated by a frozen world: from operation N on every mutation fails, in the file system and in the state
/// store, exactly as nothing more happens after a kill. So thousands of deaths take minutes, in one process.
@Suite(.serialized)
struct CrashTests {
    @Test(.tags(.f5)) func everyCrashPointLeavesOriginalOrVerifiedArchiveAndTheNextRunCompletes() async throws {
        try #require(clinux_fault_available(), "Fault points are compiled in debug builds only.")
        let total = try await operationsOfAWholeRun()
        #expect(total > 500)
        for point in 1...total { try await dieAt(point) }
    }

    private func operationsOfAWholeRun() async throws -> UInt64 {
        let world = try CrashWorld()
        defer { world.remove() }
        clinux_fault_arm(CLINUX_FAULT_COUNT, 0, 0)
        let report = try await world.run()
        let count = clinux_fault_count()
        #expect(report.outcome == .success)
        try world.logs.expectDone("without a fault")
        return count
    }

    private func dieAt(_ point: UInt64) async throws {
        let world = try CrashWorld()
        defer { world.remove() }
        clinux_fault_arm(CLINUX_FAULT_ERRNO_FROM, point, EIO)
        var outcome: RunOutcome?
        do {
            outcome = try await world.run().outcome
        } catch is StateError {
            // The state store could not even be opened: nothing was touched.
        }
        clinux_fault_arm(CLINUX_FAULT_COUNT, 0, 0)
        // Any outcome is right but a lie: who says success has done and recorded everything before the world froze.
        if outcome == .success {
            try world.logs.expectDone("said to succeed, died at \(point)")
            try world.expectLedgerTellsTheTruth("said to succeed, died at \(point)")
        }
        try world.logs.expectNothingLost("died at \(point)")
        let second = try await world.run()
        #expect(second.outcome == .success, "after dying at \(point): \(second.message ?? "")")
        try world.logs.expectDone("after dying at \(point)")
        try world.expectLedgerTellsTheTruth("after dying at \(point)")
    }
}
