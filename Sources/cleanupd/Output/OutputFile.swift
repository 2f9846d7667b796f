import Clients
import Console
import Foundation

/// A file that a command writes at a path that somebody typed.
///
/// Only what is of its own kind is replaced: a slip of the finger must not cost a backup, nor the state.
struct OutputFile {
    enum Kind {
        /// Of `simulate --svg`.
        case picture
        /// Of `report --html`.
        case page

        var option: String { self == .picture ? "--svg" : "--html" }

        var words: String { self == .picture ? "SVG file" : "page of cleanupd report" }

        /// - Parameter start: the first bytes of a file.
        func wrote(_ start: Data) -> Bool {
            switch self {
            case .picture: start.starts(with: "<svg".utf8)
            case .page: ReportPage.wrote(String(decoding: start, as: UTF8.self))
            }
        }
    }

    private enum Target {
        /// Written beside it first, then renamed: whole or not at all.
        case file(String)
        /// Such as `/dev/null`: written through, because a rename would put a file in its place.
        case device(String)
    }

    /// As much of a file as tells what it is.
    private static let head = 4096
    static let leadsNowhere = "the link leads to nothing now"

    let kind: Kind
    let path: String

    /// Throws `CommandFailure` if something lies there that must stay; asked before the work begins.
    func check() throws { _ = try target() }

    /// Throws `CommandFailure`, also if something lies there by now that must stay.
    func write(_ text: String) throws {
        let target = try target()
        do {
            switch target {
            case .file(let file): try Data(text.utf8).write(to: URL(fileURLWithPath: file), options: .atomic)
            case .device(let device):
                let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: device))
                try handle.write(contentsOf: Data(text.utf8))
                try handle.close()
            }
        } catch {
            let reason = error.localizedDescription
            throw CommandFailure.failed("\(kind.option): the \(kind.words) could not be written to \(path): \(reason)")
        }
    }

    private func target() throws -> Target {
        let here = PathKind(of: path, followsLinks: false)
        if here == .nothing { return .file(path) }
        // A link is judged by what it leads to.
        switch PathKind(of: path, followsLinks: true) {
        case .nothing: throw refusal("is a link that leads to nothing, and is not written through")
        case .characterDevice: return .device(path)
        // It may be a marker, or a lock.
        case .file(size: 0): throw refusal("is there and empty, and is not replaced")
        case .file:
            guard try kind.wrote(start()) else { break }
            return .file(here == .link ? try whereItLeads() : path)
        case .unseen(let reason): throw unseen(reason)
        case .link, .other: break
        }
        throw refusal("is there and no \(kind.words), and is not replaced")
    }

    private func start() throws -> Data {
        do {
            return try FileHandle(forReadingFrom: URL(fileURLWithPath: path)).read(upToCount: Self.head) ?? Data()
        } catch {
            throw unseen(error.localizedDescription)
        }
    }

    /// The file that a link leads to, so that the link stays.
    private func whereItLeads() throws -> String {
        guard let file = PlaceIdentity.resolve(path) else { throw unseen(Self.leadsNowhere) }
        return file
    }

    private func refusal(_ reason: String) -> CommandFailure {
        .usage("\(kind.option): \(path) \(reason). Name another file.")
    }

    private func unseen(_ reason: String) -> CommandFailure {
        .failed("\(kind.option): \(path) cannot be looked at (\(reason)). Name another file.")
    }
}
