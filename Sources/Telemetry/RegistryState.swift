/// What the registry's lock guards: families with their series, and the collectors.
struct RegistryState: Sendable {
    /// In the order of registration, so that positions stay.
    private var families: [FamilySeries] = []
    private var positions: [String: Int] = [:]
    /// Positions, sorted by name.
    private var order: [Int] = []
    var collectors: [@Sendable () throws -> Void] = []

    /// The position of a family, registered if new.
    ///
    /// - Throws: ``RegistryError/Code/mismatch`` or what is wrong with a new family.
    mutating func position(of family: Family) throws(RegistryError) -> Int {
        if let known = positions[family.base] {
            guard families[known].family == family else {
                throw RegistryError(
                    .mismatch,
                    """
                    The metric "\(family.name)" is registered already as "\(families[known].family.name)" with \
                    another kind, help, unit or other labels; use one definition for both.
                    """
                )
            }
            return known
        }
        try family.validate()
        return insert(family)
    }

    /// Registers a new, valid family together with instruments that exist already.
    mutating func insert(_ family: Family, _ instruments: [(values: [String], instrument: Instrument)]) {
        let position = insert(family)
        for (values, instrument) in instruments {
            families[position].insert(instrument, values)
        }
    }

    /// Registers a family that is known to be new and valid.
    private mutating func insert(_ family: Family) -> Int {
        let position = families.count
        families.append(FamilySeries(family))
        positions[family.base] = position
        let place =
            order.firstIndex { !families[$0].family.name.utf8.lexicographicallyPrecedes(family.name.utf8) }
            ?? order.endIndex
        order.insert(position, at: place)
        return position
    }

    mutating func instrument(
        at position: Int,
        _ values: [String],
        limit: Int,
        ignored: Counter?
    ) -> (instrument: Instrument, isOverflow: Bool) {
        families[position].instrument(values, limit: limit, ignored: ignored)
    }

    mutating func remove(_ family: Family, _ values: [String]) {
        guard let position = positions[family.base] else { return }
        families[position].remove(values)
    }

    mutating func removeAll(where label: String, equals value: String, of isMeant: (Family) -> Bool) {
        for position in families.indices where isMeant(families[position].family) {
            families[position].removeAll(where: label, equals: value)
        }
    }

    /// All families sorted by name; copies nothing until somebody registers more.
    var sorted: [FamilySeries] { order.map { families[$0] } }
}
