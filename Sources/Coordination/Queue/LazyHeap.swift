/// A line of texts by key, smallest first, from which entries go only at the front: whoever asks says which are still
/// valid.
///
/// That makes both ends cheap in a long line; the rest of it is never moved.
struct LazyHeap<Key: Comparable & Sendable>: Sendable {
    struct Entry: Sendable {
        var key: Key
        var id: String
    }

    private var entries: [Entry] = []

    var count: Int { entries.count }

    mutating func insert(_ id: String, key: Key) {
        entries.append(Entry(key: key, id: id))
        var child = entries.count - 1
        while child > 0, entries[child].key < entries[(child - 1) / 2].key {
            entries.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    /// The first valid entry. Invalid ones before it are forgotten.
    mutating func first(where isValid: (Entry) -> Bool) -> Entry? {
        while let first = entries.first {
            if isValid(first) { return first }
            removeFirst()
        }
        return nil
    }

    /// Forgets all invalid entries, where they are most of them.
    mutating func compact(live: Int, where isValid: (Entry) -> Bool) {
        guard entries.count > 2 * live + 64 else { return }
        let kept = entries.filter(isValid)
        entries.removeAll()
        for entry in kept { insert(entry.id, key: entry.key) }
    }

    private mutating func removeFirst() {
        entries.swapAt(0, entries.count - 1)
        entries.removeLast()
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2]
            where child < entries.count && entries[child].key < entries[least].key {
                least = child
            }
            guard least != parent else { return }
            entries.swapAt(parent, least)
            parent = least
        }
    }
}
