import Testing

@testable import CleanupConfiguration

@Suite struct SubstitutionTests {
    private static let substitution = Substitution(environment: ["A": "x", "EMPTY": "", "TWO": "${A}"])

    @Test(arguments: [
        ("", ""),
        ("plain", "plain"),
        ("$A", "$A"),
        ("$", "$"),
        ("$$", "$$"),
        ("{A}", "{A}"),
        ("${A}", "x"),
        ("<${A}>", "<x>"),
        ("${A}${A}", "xx"),
        ("$${A}", "$x"),
        ("${A}}", "x}"),
        ("${A:-d}", "x"),
        ("${EMPTY}", ""),
        ("${EMPTY:-d}", "d"),
        ("${EMPTY:-}", ""),
        ("${NONE:-d}", "d"),
        ("${NONE:-}", ""),
        ("${NONE:-a:-b}", "a:-b"),
        ("${NONE:-two words}", "two words"),
        ("${NONE:-$A}", "$A"),
        ("${_A1:-d}", "d"),
        // What comes out is not replaced again.
        ("${TWO}", "${A}"),
    ])
    func replacesVariables(text: String, expected: String) {
        let result = Self.substitution.apply(to: text)
        #expect(result.text == expected)
        #expect(result.problems.isEmpty)
    }

    @Test(arguments: [
        "${", "${A", "${NONE}", "${}", "${ A}", "${A }", "${1A}", "${A-d}", "${A:d}", "${A:+d}", "${A:?d}", "${Ä}",
        "${:-d}",
        "${NONE:-${A}}", "${A}${",
    ])
    func refusesWhatIsNoVariable(text: String) {
        #expect(!Self.substitution.apply(to: text).problems.isEmpty)
    }

    @Test func tellsWhatComesFromTheEnvironment() {
        #expect(Self.substitution.apply(to: "${A:-d}").usesEnvironment)
        #expect(!Self.substitution.apply(to: "${NONE:-d}").usesEnvironment)
        #expect(Self.substitution.apply(to: "${NONE:-d}").isSubstituted)
        #expect(!Self.substitution.apply(to: "plain").isSubstituted)
    }

    @Test func reportsEachUnsetVariable() {
        let problems = Self.substitution.apply(to: "${NONE}${NIL}").problems
        #expect(problems.count == 2)
        #expect(problems == [.unset("NONE"), .unset("NIL")])
        #expect(problems.map { $0.message() }.first?.hasPrefix("the variable NONE is not set") == true)
    }

    @Test func aMalformedVariableIsShownUnlessItMayBeAPassword() {
        let problems = Self.substitution.apply(to: "postgres://u:pass${wo rd}@h/d").problems
        #expect(problems.map { $0.message() } == ["\"${wo rd}\" is not a variable; write ${NAME} or ${NAME:-default}"])
        let hidden = "what stands between \"${\" and \"}\" is not a variable; write ${NAME} or ${NAME:-default}"
        #expect(problems.map { $0.message(isSecret: true) } == [hidden])
    }
}
