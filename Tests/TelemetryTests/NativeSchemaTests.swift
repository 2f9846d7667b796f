import Foundation
import Telemetry
import Testing

@Suite struct NativeSchemaTests {
    /// A value, and its bucket in each schema from -4 to 8.
    private static let recordSize = 8 + 13 * 4

    @Test func bucketsAreThoseOfArithmeticWithSixtyDigits() throws {
        let data = try Tool.withTemporaryDirectory { directory in
            let input = directory.appendingPathComponent("input")
            try Data().write(to: input)
            let output = directory.appendingPathComponent("output")
            let run = try Tool.run(Tool.python, ["-c", Self.reference, output.path], input: input)
            #expect(run.status == 0, "\(run.output)")
            return try Data(contentsOf: output)
        }
        let schemas = NativeSchema.numbers.map(NativeSchema.init)
        var values = 0
        var wrong: [String] = []
        data.withUnsafeBytes { bytes in
            for start in stride(from: 0, to: bytes.count, by: Self.recordSize) {
                let value = bytes.loadUnaligned(fromByteOffset: start, as: Double.self)
                for (position, schema) in schemas.enumerated() {
                    let expected = bytes.loadUnaligned(fromByteOffset: start + 8 + position * 4, as: Int32.self)
                    let index = schema.index(of: value)
                    if index != Int(expected) {
                        wrong.append("\(value) at \(schema.number): \(index), not \(expected)")
                    }
                }
                values += 1
            }
        }
        #expect(wrong.isEmpty, "\(wrong.count) wrong, the first: \(wrong.prefix(5))")
        // Random numbers, powers of two with their neighbours, and bounds with theirs.
        #expect(values > 100_000 + 3 * 2098 + 10_000)
    }

    @Test(arguments: NativeSchema.numbers)
    func coarserBucketHoldsTwo(number: Int) {
        guard number > NativeSchema.numbers.lowerBound else { return }
        let (fine, coarse) = (NativeSchema(number), NativeSchema(number - 1))
        for step in 1...4000 {
            let value = Double(step) * 0.001
            #expect(coarse.index(of: value) == Int((Double(fine.index(of: value)) / 2).rounded(.up)))
        }
    }

    /// Writes value and buckets for each number of the test.
    ///
    /// A bound that is no double is rounded down: a double is at most the one if and only if at most the other.
    private static let reference = #"""
        import bisect, decimal, math, random, struct, sys

        decimal.getcontext().prec = 60
        bounds = []
        for k in range(256):
            exact = decimal.Decimal(2) ** (decimal.Decimal(k) / 256)
            bound = float(exact)
            bounds.append(math.nextafter(bound, 0) if decimal.Decimal(bound) > exact and k else bound)

        def index(value, schema):
            part, exponent = math.frexp(value)
            part, exponent = part * 2, exponent - 1
            if schema >= 0:
                return (exponent << schema) + bisect.bisect_left(bounds[::256 >> schema], part)
            power = exponent + (part > 1)
            return -(-power // (1 << -schema))

        def around(value):
            return [math.nextafter(value, 0), value, math.nextafter(value, math.inf)]

        random.seed(20260117)
        values = [struct.unpack("<d", struct.pack("<Q", random.getrandbits(63)))[0] for _ in range(50000)]
        values += [10 ** random.uniform(-12, 12) for _ in range(51000)]
        for power in range(-1074, 1024):
            values += around(math.ldexp(1, power))
        for exponent in (-1022, -300, -30, -10, -1, 0, 1, 7, 20, 60, 500, 1023):
            for bound in bounds:
                values += around(math.ldexp(bound, exponent))
        with open(sys.argv[1], "wb") as output:
            for value in values:
                if 0 < value < math.inf:
                    output.write(struct.pack("<d13i", value, *(index(value, schema) for schema in range(-4, 9))))
        """#
}
