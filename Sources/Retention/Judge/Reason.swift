/// Why an item goes or stays, as a value; its text is made once a block.
enum Reason: Hashable {
    case future
    case ruled(RuleMask)
    case floor
    case eligible
    case quota
    case compress
    case budget
    case young
    /// Of a policy that only compresses.
    case notFile
    case archive

    @inline(__always)
    init(_ fate: Fate, _ item: Item, _ block: ItemBlock) {
        switch fate {
        case .future, .held: self = .future
        case .ruled(let mask): self = .ruled(mask)
        case .floor: self = .floor
        case .eligible: self = .eligible
        case .quota: self = .quota
        case .compress: self = .compress
        case .idle: self = item.kind != .file ? .notFile : block.isArchive(item) ? .archive : .young
        }
    }

    /// A small number for those that are common, so that a table can do for them.
    @inline(__always)
    var slot: Int? {
        switch self {
        case .eligible: 0
        case .young: 1
        case .compress: 2
        case .budget: 3
        case .future, .ruled, .floor, .quota, .notFile, .archive: nil
        }
    }

    /// How many slots there are.
    static let slots = 4
}
