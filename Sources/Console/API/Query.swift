import Foundation
import HTTPTypes
import Retention

/// The parameters of a request, checked against those that its route has.
struct Query: Sendable, Equatable {
    private var values: [String: [String]] = [:]
    private let parameters: [QueryParameter]

    /// Throws 400 for a parameter that is unknown, repeated, missing or out of range; the sentence has its name and range.
    ///
    /// - Parameter isForm: it may come from a form of a page, whose empty field is a parameter that is not there.
    init(_ text: String?, _ parameters: [QueryParameter], isForm: Bool = false) throws {
        self.parameters = parameters
        for pair in (text ?? "").split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = try Self.decoded(parts[0])
            guard let parameter = parameters.first(where: { $0.name == name }) else {
                throw HTTPProblem(.badRequest, Self.unknown(name, parameters))
            }
            let value = parts.count == 2 ? try Self.decoded(parts[1]) : ""
            if isForm, value.isEmpty, parameter.mayBeEmpty { continue }
            guard Self.isValid(value, parameter.kind) else {
                throw HTTPProblem(.badRequest, Self.outOfRange(value, parameter))
            }
            if values[name] != nil, !parameter.mayRepeat {
                throw HTTPProblem(.badRequest, "\(parameter.name) is given twice.")
            }
            values[name, default: []].append(value)
        }
        if let missing = parameters.first(where: { $0.isRequired && values[$0.name] == nil }) {
            throw HTTPProblem(.badRequest, "\(missing.name) is missing; it is \(Self.range(missing.kind)).")
        }
    }

    func text(_ name: String) -> String? { values[name]?.first }

    func flag(_ name: String) -> Bool { values[name]?.first == "true" }

    func list(_ name: String) -> Set<String> { Set(values[name] ?? []) }

    /// The value, else what the route has for it.
    func integer(_ name: String) -> Int {
        if let text = values[name]?.first, let value = Int(text) { return value }
        for parameter in parameters where parameter.name == name {
            if case .integer(_, let otherwise) = parameter.kind { return otherwise }
        }
        return 0
    }

    private static func isValid(_ value: String, _ kind: QueryParameter.Kind) -> Bool {
        switch kind {
        case .text(let most):
            return !value.isEmpty && value.utf8.count <= most && value.unicodeScalars.allSatisfy(Printable.isPrintable)
        case .integer(let range, _):
            let isNumber = (1...9).contains(value.utf8.count) && value.utf8.allSatisfy { (0x30...0x39).contains($0) }
            return isNumber && Int(value).map(range.contains) == true
        case .flag: return value == "true" || value == "false"
        case .choices(let known): return known.contains(value)
        }
    }

    private static func range(_ kind: QueryParameter.Kind) -> String {
        switch kind {
        case .text(let most): "a printable text of 1 to \(most) bytes"
        case .integer(let range, _): "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .flag: "true or false"
        case .choices(let known): "one of \(known.joined(separator: ", "))"
        }
    }

    private static func outOfRange(_ value: String, _ parameter: QueryParameter) -> String {
        let sentence = "\(parameter.name) must be \(range(parameter.kind))"
        guard case .choices(let known) = parameter.kind else { return sentence + "." }
        let suggestion = EditDistance.suggestion(for: value, among: known)
        return sentence + (suggestion.isEmpty ? "." : suggestion)
    }

    private static func unknown(_ name: String, _ parameters: [QueryParameter]) -> String {
        let known = parameters.map(\.name)
        let rest = known.isEmpty ? "; there is none" : EditDistance.known(known, insteadOf: name)
        return "The parameter \(Printable.text(name, most: 64)) is not known here\(rest)."
    }

    /// Throws 400 unless it is UTF-8 in percent-encoding.
    private static func decoded(_ text: Substring) throws -> String {
        guard let result = text.replacing("+", with: " ").removingPercentEncoding else {
            throw HTTPProblem(.badRequest, "The query is not percent-encoded UTF-8.")
        }
        return result
    }
}

extension QueryParameter {
    /// Whether a form may send it without a value.
    var mayBeEmpty: Bool {
        if case .text = kind { !isRequired } else { false }
    }

    /// Whether it may be there several times.
    var mayRepeat: Bool {
        if case .choices = kind { true } else { false }
    }
}
