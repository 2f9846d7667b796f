import Console

/// What people look for among items: a part of the name, the reason or the group, in any case.
struct ItemSearch: Sendable {
    private let text: String?

    init(_ text: String?) { self.text = text.flatMap { $0.isEmpty ? nil : $0.lowercased() } }

    /// Nothing is looked for.
    var takesAll: Bool { text == nil }

    func matches(_ item: ItemDocument) -> Bool {
        guard let text else { return true }
        return item.item.lowercased().contains(text) || item.reason.lowercased().contains(text)
            || item.group?.lowercased().contains(text) ?? false
    }
}
