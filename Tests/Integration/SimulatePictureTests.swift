import Foundation
import FoundationXML
import Support
import Testing

/// What `cleanupd simulate --svg` draws.
@Suite(.timeLimit(.minutes(5)))
struct SimulatePictureTests {
    @Test func thePictureIsWholeAndRefersToNothing() async throws {
        let place = try SimulatePlace(SimulatePlace.grandfathers)
        let before = try Manifest(of: place.folder.url)
        let other = try TemporaryFolder()
        let file = other.file("backups.svg")
        let run = try await place.simulate("--days", "730", "--every", "1d", "--svg", file)
        #expect(run.code == 0, "\(run.errorText)")
        let text = try String(contentsOfFile: file, encoding: .utf8)
        let reader = PictureReader()
        let parser = XMLParser(data: Data(text.utf8))
        parser.delegate = reader
        #expect(parser.parse(), "\(String(describing: parser.parserError))")
        #expect(reader.attributes["svg"]?["role"] == "img")
        #expect(reader.words["title"] == "backups: what its policy keeps, over 730 days")
        #expect(reader.words["desc"]?.contains("at the end 19 items") == true, "\(reader.words)")
        #expect(text.contains("prefers-color-scheme:dark"))
        for word in ["href", "url(", "<script", "@import"] { #expect(!text.contains(word)) }
        #expect(text.components(separatedBy: "http").count == 2, "the name space alone")
        // A line for each item that is there in the end, and one for each of the 3 + 730 - 19 others.
        #expect(reader.lines["kept"] == 19)
        #expect(reader.lines["gone"] == 714)
        #expect(reader.lines["bytes"] == 1)
        #expect(try Manifest(of: place.folder.url) == before)
        let again = try await place.simulate("--svg", file)
        #expect(again.code == 0, "a picture may be drawn again: \(again.errorText)")
    }

    /// What an SVG says: attributes and words by element, and how many lines each class of paths has.
    private final class PictureReader: NSObject, XMLParserDelegate {
        var attributes: [String: [String: String]] = [:]
        var words: [String: String] = [:]
        var lines: [String: Int] = [:]
        private var element = ""

        func parser(
            _ parser: XMLParser,
            didStartElement elementName: String,
            namespaceURI: String?,
            qualifiedName: String?,
            attributes: [String: String]
        ) {
            element = elementName
            self.attributes[elementName] = attributes
            guard elementName == "path", let name = attributes["class"], let path = attributes["d"] else { return }
            lines[name, default: 0] += path.count { $0 == "M" }
        }

        func parser(_ parser: XMLParser, foundCharacters string: String) { words[element, default: ""] += string }

        func parser(
            _ parser: XMLParser,
            didEndElement elementName: String,
            namespaceURI: String?,
            qualifiedName: String?
        ) {
            element = ""
        }
    }
}
