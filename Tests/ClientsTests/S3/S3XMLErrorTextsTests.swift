import Testing

@testable import Clients

/// Why XML is refused, to the letter.
@Suite("S3: texts of errors in XML")
struct S3XMLErrorTextsTests {
    @Test(arguments: [
        ("<a></a><b></b>", "there is something behind the root element"), ("<!DOCTYPE a><a/>", "it has a DOCTYPE"),
        ("text", "an element was expected"), ("<a></b>", "an element is closed by another's name"),
        ("<a></a x>", "a closing tag does not end"), ("<a><!ELEMENT b></a>", "it has a declaration inside"),
        ("<a>\u{1}</a>", "it has control characters"), ("<a>&nbsp;</a>", "it has an entity that is not known"),
        ("<a>&toolongtobeanentity;</a>", "it has an entity that is not known"),
        ("<:/>", "an element has no name"), ("<a:/>", "an element has no name"), ("<a:b:c/>", "an element has no name"),
        ("< a></a>", "an element has no name"), ("<a /x>", "a tag does not end"),
        ("<a x></a>", "an attribute has no value"), ("<a x=1></a>", "an attribute has no quotes"),
        ("<a x=\"<\"></a>", "an attribute does not end"),
        (String(repeating: "<a>", count: 17), "its elements are too deep"),
    ])
    func whatIsNoXMLIsRefusedInWords(_ text: String, _ expected: String) {
        let failure = #expect(throws: S3XMLParser.Failure.self) { try S3XMLParser.parse(Array(text.utf8)) }
        #expect(failure == .malformed(expected))
    }
}
