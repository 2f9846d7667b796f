package import Retention

/// The stored form of the results of a block; most items take one byte and the bytes they gave back.
///
/// Version 1: version byte; number of results; per result a byte of outcome and flags, then what the flags announce:
/// freed bytes; bytes read and written; reason of the failure; detail.
package enum ResultCodec {
    private static let version: UInt8 = 1
    /// Four bits of outcome, then these.
    private static let hasFreed: UInt8 = 1 << 4
    private static let hasCompression: UInt8 = 1 << 5
    private static let hasFailure: UInt8 = 1 << 6
    private static let hasDetail: UInt8 = 1 << 7

    package static func encode(_ results: [ItemResult]) -> [UInt8] {
        var writer = ByteWriter(capacity: 16 + results.count * 4)
        writer.write(byte: version)
        writer.write(UInt64(results.count))
        for result in results {
            var head = result.outcome.rawValue
            if result.freedBytes != 0 { head |= hasFreed }
            if result.inputBytes != 0 || result.outputBytes != 0 { head |= hasCompression }
            if result.failure != nil { head |= hasFailure }
            if result.detail != nil { head |= hasDetail }
            writer.write(byte: head)
            if head & hasFreed != 0 { writer.write(signed: result.freedBytes) }
            if head & hasCompression != 0 {
                writer.write(signed: result.inputBytes)
                writer.write(signed: result.outputBytes)
            }
            if let failure = result.failure { writer.write(text: failure.rawValue) }
            if let detail = result.detail { writer.write(text: detail) }
        }
        return writer.bytes
    }

    /// Any bytes may be given; throws `.corrupt` for those that are no results.
    package static func decode(_ bytes: [UInt8]) throws(StateError) -> [ItemResult] {
        try bytes.withUnsafeBytes { raw in Result { () throws(StateError) in try decode(raw) } }.get()
    }

    /// Any bytes may be given; throws `.corrupt` for those that are no results.
    package static func decode(_ bytes: UnsafeRawBufferPointer) throws(StateError) -> [ItemResult] {
        do throws(ByteReader.Failure) {
            var reader = ByteReader(bytes)
            return try read(from: &reader)
        } catch {
            throw StateError.damaged("Stored results of items are", error)
        }
    }

    private static func read(from reader: inout ByteReader) throws(ByteReader.Failure) -> [ItemResult] {
        let found = try reader.byte()
        guard found == version else { throw ByteReader.Failure(reason: "their version \(found) is unknown") }
        let count = try reader.number(upTo: reader.remaining, "the number of results")
        var results: [ItemResult] = []
        results.reserveCapacity(count)
        for _ in 0..<count { results.append(try readResult(from: &reader)) }
        try reader.expectEnd()
        return results
    }

    @inline(__always)
    private static func readResult(from reader: inout ByteReader) throws(ByteReader.Failure) -> ItemResult {
        let head = try reader.byte()
        guard let outcome = ItemOutcome(rawValue: head & 0x0F) else {
            throw ByteReader.Failure(reason: "an outcome is unknown")
        }
        var result = ItemResult(outcome)
        if head & hasFreed != 0 { result.freedBytes = try reader.signedNumber() }
        if head & hasCompression != 0 {
            result.inputBytes = try reader.signedNumber()
            result.outputBytes = try reader.signedNumber()
        }
        if head & hasFailure != 0 {
            guard let failure = FailureReason(rawValue: try reader.text()) else {
                throw ByteReader.Failure(reason: "the reason of a failure is unknown")
            }
            result.failure = failure
        }
        if head & hasDetail != 0 { result.detail = try reader.text() }
        return result
    }
}
