import CleanupConfiguration
import Foundation
import Retention
import Stores

extension Overrides {
    /// The filters that were given, as values of their types, for the task that declares them.
    ///
    /// Throws `CommandFailure` for a name that the task does not have, or a value that is not of its type.
    func filters(of task: TaskConfiguration) throws -> [RowsFilter] {
        guard !filters.isEmpty, !task.filters.isEmpty else { return [] }
        return try filters.compactMap { name, text in
            guard let filter = task.filters.first(where: { $0.name == name }) else {
                let known = task.filters.map(\.name)
                let suggestion = EditDistance.suggestion(for: name, among: known)
                throw CommandFailure.usage(
                    "\(words.filter) \(name): \(task.name) has no such filter\(suggestion.isEmpty ? "." : suggestion) "
                        + "Its filters: \(known.joined(separator: ", "))."
                )
            }
            return try bind(filter, text)
        }
    }

    /// - Returns: `nil` for a flag that is false: it adds nothing.
    private func bind(_ filter: TaskConfiguration.Filter, _ text: String) throws -> RowsFilter? {
        guard let value = Self.value(text, filter.kind) else {
            let way = words == .options ? " Write, say, \(filter.name)=\(Self.example(filter.kind))." : ""
            throw CommandFailure.usage(
                "\(words.filter) \(filter.name)=\(text): this is no \(filter.kind.rawValue).\(way)"
            )
        }
        if filter.kind == .flag, text.lowercased() == "false" { return nil }
        return RowsFilter(name: filter.name, sql: filter.sql, value: value)
    }

    private static func example(_ kind: TaskConfiguration.Filter.Kind) -> String {
        switch kind {
        case .text: "abc"
        case .integer: "7"
        case .integers: "1,2"
        case .timestamp: "2026-01-02T03:04:05Z"
        case .integerRange: "400-499"
        case .flag: "true"
        }
    }

    private static func value(_ text: String, _ kind: TaskConfiguration.Filter.Kind) -> RowsFilter.Value? {
        switch kind {
        case .text:
            return .text(text)
        case .integer:
            return Int64(text).map(RowsFilter.Value.integer)
        case .integers:
            let numbers = text.split(separator: ",", omittingEmptySubsequences: false).map { Int64($0) }
            return numbers.isEmpty || numbers.contains(nil) ? nil : .integers(numbers.compactMap { $0 })
        case .timestamp:
            return instant(text).map { .timestamp($0.nanoseconds / 1_000) }
        case .integerRange:
            let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { Int64($0) }
            guard ends.count == 2, let least = ends[0], let most = ends[1], least <= most else { return nil }
            return .integerRange(least, most)
        case .flag:
            return ["true", "false"].contains(text.lowercased()) ? .flag : nil
        }
    }

    private static func instant(_ text: String) -> Instant? {
        do {
            return try Timestamp.parse(text)
        } catch {
            // The caller says what is expected.
            return nil
        }
    }
}
