import Testing

@testable import Retention

@Suite struct EditDistanceTests {
    @Test(arguments: [
        ("", "", 0), ("a", "", 1), ("", "abc", 3), ("last", "last", 0), ("last", "lats", 1), ("keep", "kep", 1),
        ("remove", "removes", 1), ("older_then", "older_than", 1), ("Last", "last", 0), ("kitten", "sitting", 3),
        ("ca", "abc", 3),
    ])
    func countsChanges(left: String, right: String, expected: Int) {
        #expect(EditDistance.distance(left, right) == expected)
        #expect(EditDistance.distance(right, left) == expected)
    }

    @Test func suggestsTheNearestOnly() {
        let words = ["last", "daily", "weekly", "monthly"]
        #expect(EditDistance.suggestion(for: "dayly", among: words) == "; did you mean \"daily\"?")
        #expect(EditDistance.suggestion(for: "hourly", among: words) == "")
        #expect(EditDistance.suggestion(for: "x", among: ["y"]) == "")
        #expect(EditDistance.suggestion(for: String(repeating: "a", count: 10_000), among: words) == "")
    }

    @Test func saysWhatIsKnownBehindWhatWasMeant() {
        let words = ["task", "limit"]
        #expect(EditDistance.known(words, insteadOf: "taks") == "; did you mean \"task\"? Known are task, limit")
        #expect(EditDistance.known(words, insteadOf: "owner") == "; known are task, limit")
    }
}
