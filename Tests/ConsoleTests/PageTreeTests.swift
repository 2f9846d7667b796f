import Mustache
import Testing

@testable import Console

/// Nothing that a text holds becomes more than text on a page.
@Suite struct PageTreeTests {
    private struct View {
        let text: String
        let name: String?
        let inner: [Inner]
    }

    private struct Inner {
        let name: String?
    }

    private static func render(_ template: String, _ view: Any) throws -> String {
        try MustacheTemplate(string: template).render(PageTree.make(view))
    }

    @Test(arguments: [
        "\"", "'", "<", ">", "&", "\"\u{301}", "'\u{308}", "<\u{338}script>", "&\u{20DD}", "\u{600}\"", "\u{600}<b>",
        "\"\u{200D}x", "a\u{301}\"b\u{301}", "\u{110BD}'\u{301}\u{301}",
    ])
    func noTextLeavesItsAttribute(_ text: String) throws {
        let html = try Self.render(#"<a title="{{text}}">"#, View(text: text, name: nil, inner: []))
        let inside = html.dropFirst(#"<a title=""#.count).unicodeScalars.dropLast(2)
        #expect(!inside.contains { "<>\"'".unicodeScalars.contains($0) }, "\(html.debugDescription)")
    }

    @Test func textsWithoutMarksAreAsTheyWere() {
        for text in ["e\u{301}tude", "日本語", "👩‍👩‍👧", "a\r\nb", "<b>&\"'"] { #expect(PageTree.plain(text) == text) }
        #expect(PageTree.plain("x\"\u{301}y") == #"x"\u{301}y"#)
    }

    @Test func whatIsAbsentIsNotTakenFromFurtherOut() throws {
        let view = View(text: "", name: "outer", inner: [Inner(name: "own"), Inner(name: nil)])
        let template = "{{#inner}}{{#name}}[{{name}}]{{/name}}{{^name}}-{{/name}}{{name}};{{/inner}}"
        #expect(try Self.render(template, view) == "[own]own;-;")
    }
}
