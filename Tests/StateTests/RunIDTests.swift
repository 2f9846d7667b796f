import Retention
import State
import Testing

struct RunIDTests {
    @Test func laterRunsSortAfterEarlierOnes() {
        let seconds: [Int64] = [0, 1, 2, 1_700_000_000, 1_700_000_001, 9_000_000_000]
        let runs = seconds.map { RunID.make(at: Instant(seconds: $0)) }
        #expect(runs == runs.sorted())
    }

    @Test func runsOfTheSameInstantDiffer() {
        let runs = (0..<1000).map { _ in RunID.make(at: Instant(seconds: 1_700_000_000)) }
        #expect(Set(runs).count == 1000)
    }

    @Test func isReadBackFromItsDescription() {
        let run = RunID.make(at: Instant(seconds: 1_700_000_000))
        #expect(run.description.hasPrefix("018bcfe56800-"))
        #expect(RunID(run.description) == run)
    }

    @Test(arguments: [
        "", "x", "018bcfe56800", "018bcfe56800-0123456789a", "018bcfe56800-0123456789abc", "018BCFE56800-0123456789ab",
        "018bcfe5680-00123456789ab", "018bcfe56800-0123456789ag", "018bcfe56800/0123456789ab",
        "018bcfe56800-012345678-ab",
        "../../../../../etc/passwd",
    ])
    func nothingElseIsReadAsARun(_ text: String) {
        #expect(RunID(text) == nil)
    }

    @Test func timesBefore1970AreHeldAtItsBegin() {
        #expect(RunID.make(at: .distantPast).description.hasPrefix("000000000000-"))
    }
}
