import Support
import Testing

@testable import Clients

@Suite("S3: XML is read strictly")
struct S3XMLParserTests {
    private static let listing = """
        <?xml version="1.0" encoding="UTF-8"?>
        <!-- a comment --><s3:ListBucketResult xmlns:s3="http://example.org/other" odd='a>b'>
        <s3:Name>b</s3:Name><IsTruncated>false</IsTruncated><Empty/><Contents><Key>a&amp;b&#13;&#x1F9F9;<![CDATA[<x>]]></Key>
        <ETag>&quot;e&quot;</ETag></Contents></s3:ListBucketResult>

        """

    private func failure(_ bytes: [UInt8]) -> S3XMLParser.Failure? {
        do throws(S3XMLParser.Failure) {
            _ = try S3XMLParser.parse(bytes)
            return nil
        } catch {
            return error
        }
    }

    private func failure(_ text: String) -> S3XMLParser.Failure? { failure(Array(text.utf8)) }

    @Test func whatServersWriteIsRead() throws {
        let root = try S3XMLParser.parse(Array(Self.listing.utf8))
        #expect(root.name == "ListBucketResult")
        #expect(root["Name"]?.text == "b")
        #expect(root["IsTruncated"]?.word == "false")
        #expect(root["Empty"]?.text == "" && root["Empty"]?.word == nil)
        #expect(root["Contents"]?["Key"]?.text == "a&b\r🧹<x>")
        #expect(root["Contents"]?["ETag"]?.word == "\"e\"")
        #expect(try S3XMLParser.parse([0xef, 0xbb, 0xbf] + Array("<a> x\r\ny </a>".utf8)).text == " x\ny ")
    }

    @Test func cutAtAnyByteItIsCut() {
        let bytes = Array(Self.listing.utf8)
        let end = bytes.count - 1
        for length in 1..<end { #expect(failure(Array(bytes[..<length])) == .cut, "\(length)") }
        #expect(failure(bytes) == nil)
    }

    @Test(arguments: [
        "<!DOCTYPE a [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><a>&e;</a>", "<a>&e;</a>", "<a>&nbsp;</a>",
        "<a>&#0;</a>", "<a>&#xD800;</a>", "<a>&#x110000;</a>", "<a>&#-1;</a>", "<a>&toolongtobeanentity;</a>",
        "<a><b></a></b>", "<a></a><b></b>", "<a></a>text", "text", "{\"a\": 1}", "<a x></a>", "<a x=1></a>",
        "<a x=\"<\"></a>", "<a>\u{1}</a>", "< a></a>", "<a></a", "<a><!ELEMENT b></a>",
    ])
    func whatIsNoXMLIsRefused(_ text: String) {
        #expect(failure(text) != nil)
    }

    @Test func whatIsNoUTF8IsRefused() {
        #expect(failure(Array("<a>".utf8) + [0xff] + Array("</a>".utf8)) == .malformed("its text is not UTF-8"))
    }

    @Test func depthIsBounded() {
        let deep = String(repeating: "<a>", count: 100_000) + String(repeating: "</a>", count: 100_000)
        #expect(failure(deep) == .malformed("its elements are too deep"))
    }

    @Test func anyDamageEndsInAnAnswer() {
        var generator = SeededGenerator(seed: 20_261_121)
        let whole = Array(Self.listing.utf8)
        for _ in 0..<20_000 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
            }
            // Whatever it says: it ends, and does not crash.
            _ = failure(bytes)
        }
        #expect(failure(whole) == nil)
    }
}
