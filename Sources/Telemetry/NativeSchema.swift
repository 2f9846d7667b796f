/// How finely a native histogram divides the positive numbers.
///
/// The upper bound of bucket `i` is `2^(i / 2^number)`, and a bucket holds its upper bound: 2^number buckets for each
/// power of two, or for a negative number one bucket for several powers. Source: Prometheus, native histograms.
package struct NativeSchema: Sendable, Hashable {
    /// All schemas that Prometheus knows with exponential buckets.
    package static let numbers = -4...8

    /// The coarsest is -4 (a factor of 65536 between bounds), the finest 8 (a factor of 1.0027).
    package let number: Int
    /// For each bucket of one power of two, the last 52-bit fraction that is not above its lower bound.
    private let fractions: [UInt64]

    /// - Parameter number: one of ``numbers``.
    package init(_ number: Int) {
        precondition(Self.numbers.contains(number), "A native histogram has a schema from -4 to 8.")
        self.number = number
        let step = number > 0 ? 256 >> number : 256
        fractions = stride(from: 0, to: 256, by: step).map { Self.finest[$0] }
    }

    /// The bucket of a positive, finite value; exact for every such value, also where a bound is no double.
    package func index(of value: Double) -> Int {
        var bits = value.bitPattern
        var exponent = Int(bits >> 52) - 1023
        if exponent == -1023 {
            // Subnormal: made normal, for the exponent to be read off.
            bits = (value * 0x1p64).bitPattern
            exponent = Int(bits >> 52) - 1023 - 64
        }
        let fraction = bits & 0xF_FFFF_FFFF_FFFF
        guard number > 0 else {
            let power = exponent + (fraction == 0 ? 0 : 1)
            return (power + (1 << -number) - 1) >> -number
        }
        // log2(1 + x) is at least x, so the bucket is not before the one that equal parts would give, and soon after.
        var part = Int(fraction >> UInt64(52 - number))
        while part < fractions.count, fraction > fractions[part] { part += 1 }
        return (exponent << number) + part
    }

    /// The schema whose buckets hold two of this one each; `nil` for the coarsest.
    ///
    /// Bucket `i` goes into bucket `i / 2` there, rounded up.
    var coarser: NativeSchema? {
        number > Self.numbers.lowerBound ? NativeSchema(number - 1) : nil
    }
}
