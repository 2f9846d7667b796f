import Console

/// What people look for among items: a part of the name, the reason or the group, in any case.
struct ItemSearch: Sendable {
    private let text: String?

    init(_ text: String?) { self.text = text.flatMap { $0.isEmpty ? nil : $0.lowercased() } }

    /// Nothing is looked for.
    var takesAll: Bool { text == nil }

    func matches(_ item: ItemDocument) -> Bool {
        guard let text else { return true }
        return [item.item, item.name, item.reason, item.group].contains { $0?.lowercased().contains(text) ?? false }
    }
}
