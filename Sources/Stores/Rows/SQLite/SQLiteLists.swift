import Clients
import Synchronization

/// Lists of values that statements of one connection ask about, by number: a list of a million is not bound again and
/// again, and looked up without building an index.
final class SQLiteLists: Sendable {
    private let lists = Mutex<[(texts: [String], keys: ByteKeys)]>([])

    /// The number of a list; the same list gets the same.
    func number(of texts: [String]) -> Int64 {
        lists.withLock { lists in
            if let index = lists.firstIndex(where: { $0.texts == texts }) { return Int64(index) }
            lists.append((texts, ByteKeys(texts.lazy.map { Array($0.utf8) })))
            return Int64(lists.count - 1)
        }
    }

    /// `cleanupd_among(text, list)`: 1 or 0; NULL for what is no text.
    var function: SQLiteFunction {
        SQLiteFunction("cleanupd_among", argumentCount: 2, isPure: false) { arguments in
            guard case .text(let text) = arguments[0], case .integer(let number) = arguments[1] else { return .null }
            let keys = self.lists.withLock { $0.indices.contains(Int(number)) ? $0[Int(number)].keys : nil }
            guard let keys else { return .null }
            return .integer(keys.contains(text) ? 1 : 0)
        }
    }
}
