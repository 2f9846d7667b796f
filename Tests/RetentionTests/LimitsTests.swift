import Retention
import Testing

@Suite struct LimitsTests {
    @Test(arguments: [
        (
            Limits(maxItems: 100), Tally(examined: 1000, remove: 101), Guard.maxItems,
            "The plan would remove 101 items; limits.max_items allows 100."
        ),
        (
            Limits(maxBytes: 1 << 30), Tally(examined: 9, remove: 1, removeBytes: 2 << 30), .maxBytes,
            "The plan would remove 2GiB; limits.max_bytes allows 1GiB."
        ),
        (
            Limits(maxPercent: 50), Tally(examined: 20, remove: 11), .maxPercent,
            "The plan would remove 11 of 20 examined items (55 %); limits.max_percent allows 50 %."
        ),
        (
            Limits(maxPercent: 33.3), Tally(examined: 30, remove: 20), .maxPercent,
            "The plan would remove 20 of 30 examined items (66.7 %); limits.max_percent allows 33.3 %."
        ),
        (
            Limits(maxPercent: 0), Tally(examined: 20, remove: 1), .maxPercent,
            "The plan would remove 1 of 20 examined items (5 %); limits.max_percent allows 0 %."
        ),
    ])
    func refusesWithNumbers(_ limits: Limits, _ tally: Tally, _ expected: Guard, _ finding: String) {
        let advice = " Nothing was removed. Look at the plan; if it is right, raise the limit for this task."
        #expect(limits.check(tally) == Limits.Trip(guard: expected, message: finding + advice))
    }

    @Test(arguments: [
        (Limits(), Tally(examined: 100, remove: 100, removeBytes: .max)),
        (Limits(maxItems: 100), Tally(examined: 1000, remove: 100)),
        (Limits(maxItems: 0), Tally(examined: 1000, compress: 500, deferred: 400)),
        (Limits(maxBytes: 10), Tally(examined: 9, remove: 1, removeBytes: 10)),
        (Limits(maxPercent: 50), Tally(examined: 20, remove: 10)),
        // Of fewer than 20, a large share is a small number.
        (Limits(maxPercent: 50), Tally(examined: 19, remove: 19)),
        (Limits(maxPercent: 50), Tally(examined: 100, remove: 0, compress: 100)),
        // A quota has to work exactly when much must go.
        (
            Limits(maxItems: 1, maxBytes: 1, maxPercent: 1),
            Tally(examined: 100, remove: 80, removeBytes: 800, quotaRemove: 80, quotaRemoveBytes: 800)
        ),
    ])
    func allowsWhatIsWithin(_ limits: Limits, _ tally: Tally) {
        #expect(limits.check(tally) == nil)
    }

    @Test func countsWhatGoesOnItsOwnGroundsBesideAQuota() {
        let tally = Tally(examined: 100, remove: 80, removeBytes: 800, quotaRemove: 70, quotaRemoveBytes: 700)
        #expect(Limits(maxItems: 9).check(tally)?.guard == .maxItems)
        #expect(Limits(maxItems: 10, maxBytes: 100, maxPercent: 10).check(tally) == nil)
    }

    @Test func addsUpTalliesWithoutOverflow() {
        let part = Tally(
            examined: 1,
            remove: 2,
            removeBytes: .max,
            compress: 3,
            keep: 4,
            young: 5,
            atLeast: 6,
            deferred: 7,
            quotaRemove: 8,
            quotaRemoveBytes: 9
        )
        let sum = Tally(
            examined: 2,
            remove: 4,
            removeBytes: .max,
            compress: 6,
            keep: 8,
            young: 10,
            atLeast: 12,
            deferred: 14,
            quotaRemove: 16,
            quotaRemoveBytes: 18
        )
        #expect(part + part == sum)
    }
}
