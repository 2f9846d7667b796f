/// Amounts of bytes as people write them.
package enum ByteSize {
    /// Largest first.
    private static let units: [(name: String, bytes: Int64)] = {
        var result: [(String, Int64)] = []
        var (decimal, binary): (Int64, Int64) = (1, 1)
        for letter in "KMGTPE" {
            decimal *= 1000
            binary *= 1024
            result.append(("\(letter)B", decimal))
            result.append(("\(letter)iB", binary))
        }
        return result.reversed()
    }()

    /// Reads `512KiB`, `1GiB`, `10MB`, `1024` or `1024B`: a whole number and a unit, with or without a space.
    ///
    /// - Returns: bytes.
    package static func parse(_ text: String) throws(ByteSizeError) -> Int64 {
        let digits = text.utf8.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        let unit = String(text.dropFirst(digits.count).drop { $0 == " " })
        guard !digits.isEmpty else {
            throw ByteSizeError(.malformed, text, "is none. Write a whole number and a unit, such as 512KiB or 10MB.")
        }
        let factor: Int64
        switch unit {
        case "", "B": factor = 1
        case "kB": factor = 1000
        default:
            guard let known = units.first(where: { $0.name == unit }) else {
                throw ByteSizeError(
                    .unit,
                    text,
                    "has the unit \"\(DisplayName.printable(unit.utf8.prefix(20)))\", which there is not. Units are "
                        + "B, KiB MiB GiB TiB PiB EiB (powers of 1024) and KB MB GB TB PB EB (powers of 1000)."
                )
            }
            factor = known.bytes
        }
        guard let number = Int64(String(decoding: Array(digits), as: UTF8.self)) else { throw tooLarge(text) }
        let (product, overflow) = number.multipliedReportingOverflow(by: factor)
        guard !overflow else { throw tooLarge(text) }
        return product
    }

    /// The exact amount in the largest unit that divides it: `1GiB`, `10MB`, `1500 bytes`.
    package static func format(_ bytes: Int64) -> String {
        for unit in units where bytes >= unit.bytes && bytes % unit.bytes == 0 {
            return "\(bytes / unit.bytes)\(unit.name)"
        }
        return bytes == 1 ? "1 byte" : "\(bytes) bytes"
    }

    private static func tooLarge(_ text: String) -> ByteSizeError {
        ByteSizeError(.overflow, text, "is too large. Write less than 8EiB.")
    }
}

/// Why an amount of bytes is refused.
package struct ByteSizeError: Error, Equatable, Sendable, CustomStringConvertible {
    package enum Code: Sendable, CaseIterable {
        case malformed, unit, overflow
    }

    package let code: Code
    /// What is wrong, in which text, and what to write instead.
    package let message: String

    init(_ code: Code, _ text: String, _ message: String) {
        self.code = code
        self.message = "The size \"\(DisplayName.printable(text.utf8.prefix(80)))\" \(message)"
    }

    package var description: String { message }
}
