import Foundation
import Testing

@testable import Console

#if canImport(FoundationXML)
    import FoundationXML
#endif

/// The page of a report: it stands alone, and nothing that the history holds becomes more than text on it.
@Suite struct ReportPageTests {
    private static func html(_ report: ReportDocument) throws -> String {
        try ReportPage(report, version: "1.2.3").html()
    }

    @Test(arguments: [
        "logs", "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "a&b'\"<>", "\"\u{301} onload=\"x",
        "<\u{338}script>", "</style></title>", "]]>", "{{css}}", "\u{202E}gnp.exe", "a\u{0}b\u{1B}[31m\r\n",
    ])
    func aHostileNameStaysTextOnAWellFormedPage(_ name: String) throws {
        let page = try ReadPage(try Self.html(Sample.report(name)))
        #expect(page.isWellFormed, "\(page.problem)")
        // The same page as of a harmless name, element for element.
        let harmless = try ReadPage(try Self.html(Sample.report("harmless")))
        #expect(page.elements == harmless.elements)
        let shown = PageTree.plain(Printable.visible(name))
        #expect(page.text.components(separatedBy: shown).count - 1 >= 8, "\(page.text)")
    }

    @Test func aPageIsKnownAgainByItsBeginning() throws {
        let html = try Self.html(Sample.report("logs"))
        #expect(ReportPage.wrote(String(html.prefix(1_000))))
        #expect(!ReportPage.wrote(html.replacing("cleanupd: report", with: "mine")))
        #expect(!ReportPage.wrote("\n" + html))
        #expect(!ReportPage.wrote(""))
    }

    @Test func nothingIsLoadedFromAnywhere() throws {
        let html = try Self.html(Sample.report("logs"))
        let page = try ReadPage(html)
        #expect(page.isWellFormed, "\(page.problem)")
        #expect(!page.elements.contains { ["script", "link", "img", "iframe", "object", "a", "form"].contains($0) })
        #expect(page.attributes.isDisjoint(with: ["src", "href", "srcset", "style", "action", "data", "background"]))
        #expect(!page.attributes.contains { $0.hasPrefix("on") })
        for word in ["http:", "https:", "url(", "@import", "{{"] { #expect(!html.contains(word), "\(word)") }
        #expect(html.contains("default-src 'none'; style-src 'unsafe-inline'"))
        #expect(html.contains("prefers-color-scheme: dark") && html.contains("max-width: 44rem"))
    }

    @Test func everyFigureHasAHeadingForWhoCannotSeeTheTable() throws {
        let page = try ReadPage(try Self.html(Sample.report("logs")))
        #expect(page.count("table") == page.count("caption"))
        #expect(page.count("table") == 4)
        // Where the table folds on a phone, each cell says what it is.
        #expect(page.count("td") == page.labelled)
        #expect(page.count("tr") == page.rowHeadings + page.count("table"))
        #expect(page.text.contains("Bytes given back in each part of the period, beside the time before"))
        #expect(page.count("rect") == 2)
    }

    @Test func whatTheReportSaysIsOnThePage() throws {
        let text = try ReadPage(try Self.html(Sample.report("logs"))).text
        for words in [
            "12 (+12 %)", "12.0 KiB (+12 %)", "The last 1 of 57.", "not configured", "at least 2h", "1d 1h (3 items)",
            "7 items, 70 B, and compressed 2", "interrupted", "alert CleanupTaskNeverSucceeded",
            "2026-10-01 00:00:00 UTC", "cleanupd 1.2.3",
        ] { #expect(text.contains(words), "\(words)") }
    }

    @Test func anEmptyReportIsAPageToo() throws {
        var report = Sample.report("logs")
        (report.tasks, report.trend, report.notes) = ([], [], [])
        report.overdue = .init(derivation: "", watched: 2, tasks: [], unwatched: [], now: [])
        (report.failures, report.unfinished) = (.init(total: 0, runs: []), .init(total: 0, runs: []))
        let page = try ReadPage(try Self.html(report))
        #expect(page.isWellFormed, "\(page.problem)")
        #expect(page.count("table") == 0 && page.count("svg") == 0)
        #expect(page.text.contains("No watched task was overdue.") && page.text.contains("None."))
        #expect(!page.text.contains("Runs without an end"))
        // Nobody is told that all is well where nobody looked.
        report.overdue.watched = 0
        #expect(try ReadPage(try Self.html(report)).text.contains("No task is watched: nothing can be said."))
    }

    @Test func barsAreAsHighAsWhatTheyStandFor() throws {
        func step(_ items: Int, _ bytes: Int64, before: Int64, isWhole: Bool = true) -> ReportDocument.Step {
            .init(
                from: "2026-10-01T06:30:00Z",
                to: "2026-10-02T06:30:00Z",
                runs: 1,
                items: items,
                bytes: bytes,
                itemsBefore: items,
                bytesBefore: before,
                beforeWhole: isWhole
            )
        }
        let chart = try #require(TrendChart([step(1, 400, before: 100), step(9, 0, before: 1)], areBytes: true))
        #expect(chart.width == 20)
        // The time before stands to the left; what is not nothing is seen.
        #expect(chart.bars.map(\.height) == [15, 60, 1, 0])
        #expect(chart.bars.map(\.x) == [0, 4, 10, 14])
        #expect(chart.bars[1].title == "2026-10-01 06:30: 1 item, 400 B")
        let items = try #require(TrendChart([step(4, 0, before: 0), step(2, 0, before: 0)], areBytes: false))
        #expect(items.bars.map(\.height) == [60, 60, 30, 30])
        #expect(TrendChart([step(0, 0, before: 0)], areBytes: false) == nil)
        #expect(TrendChart([], areBytes: true) == nil)
        // What is not known has no bar, and is no 0.
        let unknown = step(1, 400, before: 800, isWhole: false)
        let partly = try #require(TrendChart([unknown], areBytes: true))
        #expect(partly.bars.map(\.height) == [0, 60])
        #expect(partly.bars[0].title.hasSuffix(", the time before: not known"))
        let row = TrendChart.Row(unknown)
        #expect(row.itemsBefore == "-" && row.bytesBefore == "-" && row.bytes == "400 B")
    }

    @Test func theTimeBeforeIsSaidAsFarAsItIsKnown() throws {
        var report = Sample.report("logs")
        #expect(try ReadPage(try Self.html(report)).text.contains("at least 1 item, 1.0 KiB"))
        #expect(report.before { Words.items($0.items) } == "at least 1 item")
        report.total.before = ReportDocument.Sums()
        #expect(report.before { Words.items($0.items) } == "not known")
        report.beforeWhole = true
        #expect(report.before { Words.items($0.items) } == "0 items")
    }

    @Test func textAndPictureShowTheSame() {
        var report = Sample.report("logs")
        report.trend[0].bytes = 0
        // Bytes went only before.
        #expect(report.areBytes)
        report.trend[0].beforeWhole = false
        #expect(!report.areBytes)
    }

    @Test(
        arguments: [
            ("percent", 12, "+12 %"), ("percent", -5, "-5 %"), ("percent", 0, "0 %"), ("new", nil, "new"),
        ] as [(String, Int?, String)]
    )
    func changesAreSaidInWords(_ kind: String, _ percent: Int?, _ words: String) {
        #expect(ReportDocument.Change(kind: kind, percent: percent).words == words)
    }
}

/// A page as a strict parser reads it.
private final class ReadPage: NSObject, XMLParserDelegate {
    private(set) var isWellFormed = false
    private(set) var problem = ""
    private(set) var elements: [String] = []
    private(set) var attributes: Set<String> = []
    private(set) var labelled = 0
    private(set) var rowHeadings = 0
    private(set) var text = ""

    init(_ html: String) throws {
        super.init()
        let parser = XMLParser(data: Data(html.utf8))
        parser.delegate = self
        isWellFormed = parser.parse()
        problem = parser.parserError.map { "\($0), line \(parser.lineNumber)" } ?? ""
    }

    func count(_ element: String) -> Int { elements.count { $0 == element } }

    func parser(
        _ parser: XMLParser,
        didStartElement element: String,
        namespaceURI: String?,
        qualifiedName: String?,
        attributes found: [String: String]
    ) {
        elements.append(element)
        attributes.formUnion(found.keys)
        if element == "td", found["data-label"] != nil { labelled += 1 }
        if element == "th", found["scope"] == "row" { rowHeadings += 1 }
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }
}
