/// Numbers as Go writes them, which is the spelling that both exposition formats are defined by.
package enum NumberFormat {
    /// Appends the shortest form that reads back to the same bits, as Go's `strconv.FormatFloat(v, 'g', -1, 64)`.
    ///
    /// Exponent form below 1e-4 and from 1e6 on, with at least two exponent digits; `NaN`, `+Inf`, `-Inf`.
    package static func append(_ value: Double, to bytes: inout [UInt8]) {
        guard value.isFinite else {
            bytes.append(contentsOf: (value.isNaN ? "NaN" : value < 0 ? "-Inf" : "+Inf").utf8)
            return
        }
        if value.sign == .minus { bytes.append(UInt8(ascii: "-")) }
        let magnitude = value.magnitude
        if magnitude < 1e6, let whole = UInt64(exactly: magnitude) {
            append(whole, to: &bytes)
        } else {
            appendShortest(magnitude, to: &bytes)
        }
    }

    /// Appends a floating-point number as OpenMetrics wants it in `le`: like Go's, and `.0` after a whole number.
    package static func appendCanonical(_ value: Double, to bytes: inout [UInt8]) {
        let start = bytes.count
        append(value, to: &bytes)
        let isWhole = !bytes[start...].contains { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "e") }
        if value.isFinite && isWhole { bytes.append(contentsOf: ".0".utf8) }
    }

    /// Appends all digits of a whole number.
    package static func append(_ value: UInt64, to bytes: inout [UInt8]) {
        if value < 10 {
            bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value))
            return
        }
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
            var rest = value
            var position = 20
            while rest > 0 {
                position -= 1
                digits.initializeElement(at: position, to: UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
                rest /= 10
            }
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: digits[position..<20]))
        }
    }

    /// Takes the shortest digits from the standard library and writes them in Go's layout.
    private static func appendShortest(_ magnitude: Double, to bytes: inout [UInt8]) {
        var text = magnitude.description
        text.withUTF8 { source in
            withUnsafeTemporaryAllocation(of: UInt8.self, capacity: source.count) { digits in
                let decimal = Decimal(parsing: source, into: digits)
                let significant = UnsafeBufferPointer(rebasing: digits[0..<decimal.count])
                if decimal.exponent < -4 || decimal.exponent >= 6 {
                    appendExponentForm(significant, decimal.exponent, to: &bytes)
                } else {
                    appendPlainForm(significant, decimal.exponent, to: &bytes)
                }
            }
        }
    }

    private static func appendExponentForm(
        _ digits: UnsafeBufferPointer<UInt8>,
        _ exponent: Int,
        to bytes: inout [UInt8]
    ) {
        bytes.append(digits[0])
        if digits.count > 1 {
            bytes.append(UInt8(ascii: "."))
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: digits[1...]))
        }
        bytes.append(UInt8(ascii: "e"))
        bytes.append(exponent < 0 ? UInt8(ascii: "-") : UInt8(ascii: "+"))
        if exponent.magnitude < 10 { bytes.append(UInt8(ascii: "0")) }
        append(UInt64(exponent.magnitude), to: &bytes)
    }

    private static func appendPlainForm(
        _ digits: UnsafeBufferPointer<UInt8>,
        _ exponent: Int,
        to bytes: inout [UInt8]
    ) {
        let beforePoint = exponent + 1
        if beforePoint <= 0 {
            bytes.append(contentsOf: "0.".utf8)
            bytes.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: -beforePoint))
            bytes.append(contentsOf: digits)
        } else if beforePoint >= digits.count {
            bytes.append(contentsOf: digits)
            bytes.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: beforePoint - digits.count))
        } else {
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: digits[0..<beforePoint]))
            bytes.append(UInt8(ascii: "."))
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: digits[beforePoint...]))
        }
    }
}

/// Significant digits and decimal exponent of a printed number: `d.ddd × 10^exponent`.
private struct Decimal {
    private(set) var count = 0
    private(set) var exponent = 0

    /// - Parameters:
    ///   - source: a finite, positive number as `Double.description` writes it.
    ///   - digits: receives the significant digits, without zeros at either end; as long as `source`.
    init(parsing source: UnsafeBufferPointer<UInt8>, into digits: UnsafeMutableBufferPointer<UInt8>) {
        var isAfterPoint = false
        var pointShift = 0
        var position = 0
        while position < source.count, source[position] != UInt8(ascii: "e") {
            let byte = source[position]
            position += 1
            if byte == UInt8(ascii: ".") {
                isAfterPoint = true
                continue
            }
            if isAfterPoint { pointShift -= 1 }
            if count == 0 && byte == UInt8(ascii: "0") { continue }
            digits.initializeElement(at: count, to: byte)
            count += 1
        }
        exponent = count - 1 + pointShift + Self.printedExponent(source, from: position)
        while count > 1, digits[count - 1] == UInt8(ascii: "0") { count -= 1 }
    }

    private static func printedExponent(_ source: UnsafeBufferPointer<UInt8>, from position: Int) -> Int {
        guard position < source.count else { return 0 }
        var value = 0
        var isNegative = false
        for byte in source[(position + 1)...] {
            switch byte {
            case UInt8(ascii: "-"): isNegative = true
            case UInt8(ascii: "+"): break
            default: value = value * 10 + Int(byte - UInt8(ascii: "0"))
            }
        }
        return isNegative ? -value : value
    }
}
