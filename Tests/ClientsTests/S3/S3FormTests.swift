import Support
import Testing

@testable import Clients

@Suite("S3: times, names and addresses")
struct S3FormTests {
    @Test func timesAreRead() {
        #expect(S3Time.listed("1970-01-01T00:00:00Z") == 0)
        #expect(S3Time.listed("2009-10-12T17:50:30.000Z") == 1_255_369_830_000_000_000)
        #expect(S3Time.listed("2024-02-29T23:59:59.123456789Z") == 1_709_251_199_123_456_789)
        #expect(S3Time.listed("1969-12-31T23:59:59.5Z") == -500_000_000)
        #expect(S3Time.listed("2024-02-29T23:59:59+00:00") == 1_709_251_199_000_000_000)
        #expect(S3Time.http("Sun, 06 Nov 1994 08:49:37 GMT") == 784_111_777)
        #expect(S3Time.amazon(1_440_938_160) == "20150830T123600Z")
        #expect(S3Time.amazon(-1) == "19691231T235959Z")
    }

    @Test(arguments: [
        "", "2023-02-29T00:00:00Z", "2024-13-01T00:00:00Z", "2024-01-01T24:00:00Z", "2024-01-01T00:00:00",
        "2024-01-01 00:00:00Z", "2024-01-01T00:00:00.Z", "2024-01-01T00:00:00.1234567890Z", "2024-01-01T00:00:00Zx",
        "9999-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "2024-01-01T00:00:00+01:00",
    ])
    func whatIsNoTimeIsNone(_ text: String) { #expect(S3Time.listed(text) == nil) }

    @Test func everyDayOfEightCenturiesComesBack() {
        for day in stride(from: Int64(-100_000), through: 106_000, by: 1) {
            let text = S3Time.amazon(day * 86_400 + 12_345)
            let dashed = "\(text.prefix(4))-\(text.dropFirst(4).prefix(2))-\(text.dropFirst(6).prefix(2))"
            #expect(S3Time.listed("\(dashed)T03:25:45Z") == (day * 86_400 + 12_345) * 1_000_000_000)
        }
    }

    @Test func everyKeyComesBackFromItsEncoding() {
        var generator = SeededGenerator(seed: 7)
        for round in 0..<2000 {
            let scalars = (0..<Int.random(in: 0...20, using: &generator)).compactMap { _ in
                Unicode.Scalar(UInt32.random(in: 0...0x2ff, using: &generator))
            }
            let key = String(String.UnicodeScalarView(scalars))
            #expect(S3Encoding.decode(S3Encoding.encode(key))?.utf8.elementsEqual(key.utf8) == true, "\(round)")
        }
        #expect(S3Encoding.decode("a+b%2Bc") == "a b+c")
        for wrong in ["%", "%4", "%zz", "%ff", "a%"] { #expect(S3Encoding.decode(wrong) == nil) }
    }

    private func address(_ endpoint: String?, _ style: S3AddressStyle = .path) throws -> S3Address {
        try S3Address(name: "pictures", settings: S3Settings(bucket: "bkt", endpoint: endpoint, style: style))
    }

    @Test func addressesAreMadeAsTheServerWantsThem() throws {
        let amazon = try address(nil, .host)
        #expect(amazon.authority == "bkt.s3.us-east-1.amazonaws.com" && amazon.path(key: "k") == "/k")
        #expect(amazon.origin.isEncrypted && amazon.origin.host == amazon.authority && amazon.origin.port == 443)
        let own = try address("http://h:9000/")
        #expect(own.authority == "h:9000" && own.path(key: "k") == "/bkt/k")
        #expect(!own.origin.isEncrypted && own.origin.host == "h" && own.origin.port == 9000 && own.origin.name == "h")
        let numbers = try address("https://[::1]:8333").origin
        #expect(numbers.host == "::1" && numbers.port == 8333 && numbers.name == nil)
        let usual = try address("http://127.0.0.1").origin
        #expect(usual.port == 80 && usual.name == nil)
        #expect(try address("https://h:443", .host).authority == "bkt.h")
        #expect(try address("http://[::1]:80").authority == "[::1]")
        #expect(try address("http://h", .host).path(key: nil) == "/")
        #expect(try address("http://h").path(key: nil) == "/bkt")
        let moved = try address(nil, .host).moved(from: "us-east-1", to: "eu-west-1")
        #expect(moved?.authority == "bkt.s3.eu-west-1.amazonaws.com")
        #expect(try address("http://h").moved(from: "us-east-1", to: "eu-west-1") == nil)
    }

    @Test(arguments: [
        "", "h", "ftp://h", "http://", "http://u:hunter2@h", "http://h/path", "http://h?q", "http://h:0", "http://h:x",
        "http://h:70000", "http://[::1", "http://h h",
    ])
    func whatIsNoEndpointIsRefusedWithoutBeingQuoted(_ endpoint: String) throws {
        let error = #expect(throws: S3Error.self) { try address(endpoint) }
        #expect(error?.code == .settings)
        #expect(error?.message.contains("hunter2") == false)
    }

    @Test(arguments: ["", ".", "..", "a/b", "a b", "b?x", "ü"])
    func whatIsNoBucketIsRefused(_ bucket: String) {
        let settings = S3Settings(bucket: bucket, endpoint: "http://h")
        #expect(throws: S3Error.self) { try S3Address(name: "pictures", settings: settings) }
    }

    @Test func redirectsLeadToTheSameObjectOnly() throws {
        let plain = try address("http://h")
        #expect(plain.redirected(to: "http://other:81/bkt/a%20b", key: "a b")?.authority == "other:81")
        #expect(plain.redirected(to: "https://bkt.other/a%20b?x=1", key: "a b")?.style == .host)
        #expect(plain.redirected(to: "http://other/bkt/", key: "a") == nil)
        #expect(plain.redirected(to: "http://other/bkt/b", key: "a") == nil)
        #expect(plain.redirected(to: "http://other/bkt?delete", key: nil)?.authority == "other")
        #expect(plain.redirected(to: "/bkt/a", key: "a") == nil)
        #expect(try address("https://h").redirected(to: "http://h/bkt/a", key: "a") == nil)
        #expect(plain.redirected(to: "http://other/bkt/a/../b", key: "b") == nil)
    }

    @Test func onlyWhatXMLCarriesGoesIntoABatch() {
        for key in ["a", "\t\n\r", "\u{fffd}", "🧹", "\u{10ffff}"] { #expect(S3DeleteDocument.canCarry(key)) }
        for key in ["\u{1}", "a\u{1f}", "\u{fffe}", "\u{ffff}", "\u{0}"] { #expect(!S3DeleteDocument.canCarry(key)) }
    }

    @Test(.tags(.s4)) func aListingThatGoesInCirclesIsFoundOutWhateverTheirLength() throws {
        for length in 1...40 {
            for head in [0, 1, 7] {
                var position: S3Position? = S3Position(.token("0"))
                var steps = 0
                while let here = position, steps < 1000 {
                    steps += 1
                    let number = steps < head ? steps : head + (steps - head) % length
                    position = here.followed(by: .token("\(number)"))
                }
                #expect(steps <= 3 * (head + length) + 4, "\(length) \(head) \(steps)")
            }
        }
        var position: S3Position? = S3Position(.token("0"))
        for number in 1...10_000 { position = position?.followed(by: .token("\(number)")) }
        #expect(position != nil)
        // Two keys of different bytes that are equal strings are two places.
        #expect(S3Position(.keys(key: "é", second: nil)).followed(by: .keys(key: "e\u{301}", second: nil)) != nil)
    }

    @Test func theBudgetEmptiesAndFills() {
        var budget = S3RetryBudget()
        let timeout = S3Error(code: .timeout, message: "")
        #expect(S3RetryBudget.cost(of: timeout) == 10)
        #expect(S3RetryBudget.cost(of: S3Error(code: .server, message: "")) == 5)
        var taken = 0
        while budget.take(10) { taken += 1 }
        #expect(taken == 50 && budget.tokens == 0)
        budget.succeed(cost: 0)
        #expect(budget.tokens == 1)
        budget.succeed(cost: 10)
        #expect(budget.tokens == 11)
        for _ in 0..<1000 { budget.succeed(cost: 5) }
        #expect(budget.tokens == S3RetryBudget.capacity)
        let limits = S3Limits()
        #expect(S3RetryBudget.pause(after: 1, limits: limits, random: 1) == .milliseconds(200))
        #expect(S3RetryBudget.pause(after: 2, limits: limits, random: 0.5) == .milliseconds(200))
        #expect(S3RetryBudget.pause(after: 60, limits: limits, random: 1) == .seconds(5))
    }
}
