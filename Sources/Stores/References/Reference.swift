package import Retention

/// Something that says which items are still needed: a query, in the words of its values.
package struct Reference: Sendable {
    /// Asks the source, and hands over each name that it answers, as often as it does; memory does not grow with their
    /// number. An empty text names nothing; NULL is left out by whoever asks. Blocking. Throws what the source cannot do,
    /// and what `name` throws.
    package typealias Names = @Sendable (_ isCancelled: () -> Bool, _ name: (String) throws -> Void) throws -> Void

    /// The same of a source that is asked what it names as of an instant: that of the plan, also when it is asked again
    /// before the first deletion.
    package typealias NamesAsOf =
        @Sendable (_ now: Instant, _ isCancelled: () -> Bool, _ name: (String) throws -> Void) throws -> Void

    /// Stays the same as long as the source is the same: what the baseline knows it by.
    package var id: String
    /// For people: where the answer comes from.
    package var label: String
    package var names: NamesAsOf

    package init(id: String, label: String, namesAsOf names: @escaping NamesAsOf) {
        self.id = id
        self.label = label
        self.names = names
    }

    /// A source that knows no instants.
    package init(id: String, label: String, names: @escaping Names) {
        self.init(id: id, label: label, namesAsOf: { _, isCancelled, name in try names(isCancelled, name) })
    }
}

/// How much an answer may shrink before it is taken for a mistake; asked only where what is not named goes.
package struct ReferenceRules: Sendable, Equatable {
    /// Of the last good answer.
    package static let defaultMinRatio = 0.5

    /// `orphan: true`: what no reference names is to go.
    package var isOrphan: Bool
    package var allowEmpty: Bool
    /// 0...1 of the last good answer; less is refused. 0 = whatever comes is right.
    package var minRatio: Double
    /// Of a listing of everything at least one item must be named by an answer that names anything: otherwise the answer
    /// speaks of something else, or in another way (URLs in place of keys).
    package var mustMeet = false

    package init(
        isOrphan: Bool,
        allowEmpty: Bool = false,
        minRatio: Double = ReferenceRules.defaultMinRatio
    ) {
        self.isOrphan = isOrphan
        self.allowEmpty = allowEmpty
        self.minRatio = minRatio
    }

    /// Throws `StoreError` with the guard `references` for an answer that is too small to be believed.
    /// - Parameters:
    ///   - source: what answered, as the subject of a sentence.
    ///   - last: how many it named when it was last believed.
    ///   - isForced: a person has looked, and takes a smaller answer (but not none) for right.
    func require(_ count: Int, of source: String, after last: Int?, isForced: Bool) throws {
        func refusal(_ finding: String, _ remedy: String) -> StoreError {
            StoreError(
                .denied,
                "\(source) \(finding): what it does not name would go. Nothing was removed. \(remedy)",
                guardName: .references
            )
        }
        if count == 0, !allowEmpty {
            throw refusal("names nothing", "If that is right, say references: { allow_empty: true } in this task.")
        }
        if let last, !isForced, Double(count) < minRatio * Double(last) {
            throw refusal(
                "names \(count), after \(last) the last time",
                "If that is right, run the task once with --force on a terminal, or lower references.min_ratio (\(minRatio))."
            )
        }
    }
}

/// How many things each source named when it was last believed.
package struct ReferenceBaseline: Sendable, Equatable, Codable {
    /// By the reference's `id`.
    package var counts: [String: Int]

    package init(counts: [String: Int] = [:]) {
        self.counts = counts
    }
}
