import Support
import Testing

@testable import Telemetry

/// Why a metric cannot be made or gathered, to the letter.
@Suite struct RegistryErrorTextsTests {
    @Test(
        arguments: [
            (
                Family("9demo", .gauge, help: "x"),
                "The metric name \"9demo\" is not of the form [a-zA-Z_][a-zA-Z0-9_]*."
            ),
            (Family("demo", .counter, help: "x"), "The counter \"demo\" must end in _total."),
            (Family("demo", .info, help: "x"), "The info metric \"demo\" must end in _info."),
            (
                Family("demo_bucket_total", .counter, help: "x"),
                "The metric name \"demo_bucket_total\" must not have _bucket at the end of \"demo_bucket\": it is reserved."
            ),
            (
                Family("demo_seconds", .gauge, unit: "bytes", help: "x"),
                "The name \"demo_seconds\" must end in its unit \"bytes\", and an info metric has no unit."
            ),
            (
                Family("demo", .gauge, help: "x", labels: ["le"]),
                "The metric \"demo\" must not have a label \"le\"."
            ),
            (
                Family("demo", .gauge, help: "x", labels: ["a", "a"]),
                "The metric \"demo\" names one of its labels twice: [\"a\", \"a\"]."
            ),
            (
                Family("demo", .histogram(buckets: [2, 1]), help: "x"),
                "The histogram \"demo\" needs finite bounds of at least 0 that rise, not [2.0, 1.0]."
            ),
        ] as [(Family, String)]
    )
    func anIllegalFamilyIsRefusedInWords(_ family: Family, _ expected: String) {
        #expect(errorText { try family.validate() } == expected)
    }

    @Test func aFamilyThatIsAnotherIsRefusedInWords() throws {
        let registry = Registry()
        let size = Family("demo_size", .gauge, help: "x", labels: ["task"])
        _ = try registry.gauge(size, ["logs"])
        #expect(
            errorText { try registry.counter(size, ["logs"]) }
                == "The metric \"demo_size\" is not a counter but a gauge."
        )
        #expect(
            errorText { try registry.gauge(size) }
                == "The metric \"demo_size\" has the labels [\"task\"], but 0 values were given."
        )
        #expect(
            errorText { try registry.gauge(Family("demo_size", .gauge, help: "y")) }
                == "The metric \"demo_size\" is registered already as \"demo_size\" with another kind, help, unit or other "
                + "labels; use one definition for both."
        )
    }

    @Test func aProcFileSystemThatCannotBeReadIsSaidInWords() {
        #expect(
            errorText { try ProcFile.read("/no/such/file") }
                == "Cannot open /no/such/file: No such file or directory. Process metrics keep their last values."
        )
        #expect(
            errorText { try ProcFile.read("/proc") }
                == "Cannot read /proc: Is a directory. Process metrics keep their last values."
        )
        #expect(
            errorText { try ProcFile.number(after: "btime", in: "cpu 1") }
                == "The proc file system has no number for \"btime\". Process metrics keep their last values."
        )
        #expect(
            errorText { try ProcessStat("42 (short) S 1") }
                == "The process's stat file is not of the form that proc(5) describes. Process metrics keep their last "
                + "values."
        )
        let inner = RegistryError(.unreadable, "No.", cause: RegistryError(.mismatch, "Never."))
        #expect(inner.description == "No. (Never.)")
    }
}
