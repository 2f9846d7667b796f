import Support
import Telemetry
import Testing

@Suite struct NumberFormatTests {
    @Test(
        arguments: [
            (0, "0"), (-0.0, "-0"), (1, "1"), (-1, "-1"), (0.5, "0.5"), (0.1, "0.1"), (10, "10"), (100000, "100000"),
            (999999, "999999"), (1e6, "1e+06"), (1_000_001, "1.000001e+06"), (1234567.8, "1.2345678e+06"),
            (123456.789, "123456.789"), (1763698241, "1.763698241e+09"), (1763698241.25, "1.76369824125e+09"),
            (1e5, "100000"), (0.0001, "0.0001"), (0.00012, "0.00012"), (0.00001, "1e-05"), (0.000012, "1.2e-05"),
            (1e-7, "1e-07"), (.leastNonzeroMagnitude, "5e-324"), (2.2250738585072014e-308, "2.2250738585072014e-308"),
            (1.7976931348623157e308, "1.7976931348623157e+308"), (1e15, "1e+15"), (1e16, "1e+16"), (1e21, "1e+21"),
            (1e22, "1e+22"), (1e23, "1e+23"), (1e100, "1e+100"), (9007199254740991, "9.007199254740991e+15"),
            (9007199254740992, "9.007199254740992e+15"), (0x1p53 + 2, "9.007199254740994e+15"),
            (0x1p64, "1.8446744073709552e+19"), (0.1 + 0.2, "0.30000000000000004"),
            (1.0 / 3, "0.3333333333333333"), (2.5, "2.5"), (3600, "3600"), (86400, "86400"), (604800, "604800"),
            (-2.5e-9, "-2.5e-09"), (-123456789, "-1.23456789e+08"), (1234560, "1.23456e+06"), (0.001, "0.001"),
            (12345.0625, "12345.0625"), (.nan, "NaN"), (.infinity, "+Inf"), (-.infinity, "-Inf"),
        ] as [(Double, String)]
    )
    func writesAsGoDoes(value: Double, expected: String) {
        #expect(text { NumberFormat.append(value, to: &$0) } == expected)
    }

    @Test(
        arguments: [
            (0, "0.0"), (1, "1.0"), (0.0001, "0.0001"), (1e-5, "1e-05"), (100000, "100000.0"), (1e6, "1e+06"),
            (2.5, "2.5"), (-3, "-3.0"), (.infinity, "+Inf"), (.nan, "NaN"),
        ] as [(Double, String)]
    )
    func canonicalFormMarksWholeNumbers(value: Double, expected: String) {
        #expect(text { NumberFormat.appendCanonical(value, to: &$0) } == expected)
    }

    @Test(arguments: [0, 9, 10, 99, 1_000_000, 9_007_199_254_740_993, UInt64.max])
    func wholeNumbersKeepAllDigits(value: UInt64) {
        #expect(text { NumberFormat.append(value, to: &$0) } == value.description)
    }

    @Test func randomNumbersReadBackBitForBit() {
        let seed: UInt64 = 20_260_417
        var generator = SeededGenerator(seed: seed)
        #if DEBUG
            let rounds = 200_000
        #else
            let rounds = 1_000_000
        #endif
        var failures: [String] = []
        var bytes: [UInt8] = []
        for _ in 0..<rounds {
            let value = generator.finiteDouble()
            bytes.removeAll(keepingCapacity: true)
            NumberFormat.append(value, to: &bytes)
            let written = String(decoding: bytes, as: UTF8.self)
            if Double(written)?.bitPattern != value.bitPattern { failures.append("\(value) as \(written)") }
        }
        #expect(failures.isEmpty, "seed \(seed)")
    }

    @Test func wholeNumbersOfAllLengthsReadBackBitForBit() {
        let seed: UInt64 = 7
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<20_000 {
            let value = Double(generator.next() >> UInt64.random(in: 0..<64, using: &generator))
            let written = text { NumberFormat.append(value, to: &$0) }
            #expect(Double(written) == value, "seed \(seed)")
        }
    }

    private func text(_ write: (inout [UInt8]) -> Void) -> String {
        var bytes: [UInt8] = []
        write(&bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}
