import Support
import Testing

@testable import Engine

/// The counter of freed bytes never falls, and its total is never more than what was really freed.
@Suite(.tags(.m5)) struct FreedDebtTests {
    @Test func whatCompressingCostsIsPaidByLaterGains() {
        let debt = FreedDebt()
        #expect(debt.settle(100) == 100)
        #expect(debt.settle(-30) == 0)
        #expect(debt.settle(20) == 0)
        #expect(debt.settle(-5) == 0)
        #expect(debt.settle(40) == 25)
        #expect(debt.settle(7) == 7)
    }
}
