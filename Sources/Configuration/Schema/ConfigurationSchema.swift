/// The JSON Schema (draft 2020-12) of the configuration file, made from the grammar that the reader itself uses.
package enum ConfigurationSchema {
    /// The text of schema/cleanupd.schema.json.
    ///
    /// It covers keys, types and the form of single values. What needs more than one key, the environment or this
    /// machine (references, overlapping roots, policies that keep nothing) only `cleanupd check` tells.
    package static var text: String {
        var schema: JSON = [
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": "cleanupd configuration",
            "$defs": [
                "variable": [
                    "description": "A value with ${NAME} or ${NAME:-default}; its type shows when it is replaced.",
                    "type": "string", "pattern": "\\$\\{",
                ]
            ],
        ]
        if case .object(let members) = section(.root) {
            for member in members { schema[member.key] = member.value }
        }
        return schema.description + "\n"
    }

    private static func section(_ grammar: Grammar) -> JSON {
        let keys = grammar.available
        var result: JSON = ["type": "object", "additionalProperties": false]
        let required = keys.filter(\.isRequired).map { JSON.string($0.name) }
        if !required.isEmpty { result["required"] = .array(required) }
        if let oneOf = grammar.oneOf {
            result["oneOf"] = .array(oneOf.names.map { ["required": [.string($0)]] })
        }
        result["properties"] = .object(
            keys.map { key in
                var value: JSON = ["description": .string(key.help)]
                if case .object(let members) = schema(of: key.shape) {
                    for member in members { value[member.key] = member.value }
                }
                return JSON.Member(key: key.name, value: value)
            }
        )
        return result
    }

    private static func schema(of shape: Shape) -> JSON {
        switch shape {
        case .value(let kind):
            value(kind)
        case .valueOr(let kind, let grammar):
            ["anyOf": [value(kind), section(grammar)]]
        case .oneOrMore(let kind):
            ["anyOf": [value(kind), schema(of: .list(.value(kind)))]]
        case .literal:
            ["type": ["null", "boolean", "number", "string"]]
        case .list(let element):
            ["type": "array", "minItems": 1, "items": schema(of: element)]
        case .table(let names, let element):
            [
                "type": "object", "minProperties": 1, "propertyNames": names.schema,
                "additionalProperties": schema(of: element),
            ]
        case .section(let grammar):
            section(grammar)
        case .shorthand(let name, let grammar):
            ["anyOf": [grammar.key(name).map { schema(of: $0.shape) } ?? false, section(grammar)]]
        case .secret:
            ["anyOf": [value(.secretText), section(.secretFile)]]
        }
    }

    private static func value(_ kind: Kind) -> JSON {
        kind.isReplaced ? ["anyOf": [kind.schema, ["$ref": "#/$defs/variable"]]] : kind.schema
    }
}
