package import Retention

/// The names under which an item may be referred to; empty = nothing can name it.
package typealias ReferenceNames = @Sendable (_ block: ItemBlock, _ item: Item) -> [[UInt8]]

/// What one source names, in the form in which items are asked for.
enum NameSet: Sendable {
    /// Of files: paths, of which also beginnings are looked for.
    case paths(ByteKeys)
    /// Of all else: names that mean what they say.
    case hashes(NameHashes)

    /// More paths than this are not held.
    static let mostPaths = 1_000_000

    /// How many different names there are.
    var count: Int {
        switch self {
        case .paths(let keys): keys.count
        case .hashes(let hashes): hashes.count
        }
    }
}
