import Foundation
import Retention

@testable import Clients

/// Sizes, durations and times, all read from the same text; eight bytes before it are an instant.
enum AmountsFuzz {
    static let target = FuzzTarget("amounts", longest: 256) { bytes in
        var input = FuzzInput(bytes)
        let instant = Instant(nanoseconds: Int64(bitPattern: input.number()))
        let text = input.text
        try checkSize(text)
        try checkAge(text, before: instant)
        try checkTime(text)
        try checkWritten(instant)
    }

    private static let zones = ["UTC", "Europe/Berlin", "America/St_Johns", "Pacific/Apia"].compactMap {
        TimeZone(identifier: $0)
    }

    private static func checkSize(_ text: String) throws {
        let size: Int64
        do throws(ByteSizeError) {
            size = try ByteSize.parse(text)
        } catch {
            return try require(isPlain(error.message), "the refusal of a size has control characters")
        }
        let expected = slowSize(text)
        try require(expected == Int128(size), "\(text) is read as \(size), and not as \(expected)")
        let written = ByteSize.format(size)
        if written.hasSuffix("byte") || written.hasSuffix("bytes") {
            try require(written.hasPrefix("\(size) "), "\(size) is written as \(written)")
        } else {
            try require(try ByteSize.parse(written) == size, "\(size) is written as \(written)")
        }
    }

    /// What a size that is one stands for.
    private static func slowSize(_ text: String) -> Int128 {
        var (number, power, base): (Int128, Int, Int128) = (0, 0, 1000)
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): number = number &* 10 &+ Int128(byte - UInt8(ascii: "0"))
            case UInt8(ascii: "k"): power = 1
            case UInt8(ascii: "i"): base = 1024
            default: power = max(power, (Array("KMGTPE".utf8).firstIndex(of: byte) ?? -1) + 1)
            }
        }
        return (0..<power).reduce(number) { product, _ in product * base }
    }

    private static func checkAge(_ text: String, before instant: Instant) throws {
        let age: Age
        do throws(AgeError) {
            age = try Age(parsing: text)
        } catch {
            return try require(isPlain(error.message), "the refusal of a duration has control characters")
        }
        let units = [("mo", age.months), ("ms", Int(age.milliseconds))]
        let again = try Age(parsing: units.map { "\($0.1)\($0.0)" }.joined())
        try require(again.months == age.months && again.milliseconds == age.milliseconds, "\(text) is not itself")
        for zone in zones {
            let earlier = age.before(instant, zone: zone)
            try require(earlier <= instant, "\(text) before \(instant.nanoseconds) lies after it in \(zone.identifier)")
            try require(earlier == again.before(instant, zone: zone), "\(text) depends on how it is written")
        }
    }

    private static func checkTime(_ text: String) throws {
        let instant: Instant
        do throws(TimestampError) {
            instant = try Timestamp.parse(text)
        } catch {
            return try require(isPlain("\(error)"), "the refusal of a time has control characters")
        }
        // Docker's clock begins in 1970, and knows no leap seconds.
        if case .at(let other)? = DockerTime.parse(text) {
            try require(other == instant.nanoseconds, "\(text) is another time for Docker")
        }
        if let other = S3Time.listed(text) {
            try require(other == instant.nanoseconds, "\(text) is another time for S3")
        }
    }

    private static func checkWritten(_ instant: Instant) throws {
        for zone in zones {
            let text = Timestamp.format(instant, zone: zone.identifier, fractional: true)
            try require(try Timestamp.parse(text) == instant, "\(instant.nanoseconds) is written as \(text)")
        }
    }
}
