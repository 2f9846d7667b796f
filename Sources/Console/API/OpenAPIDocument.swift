import Foundation
import HTTPTypes

/// The API's own description, made of the table of routes and the schemas of Resources/schemas.json.
///
/// Source: OpenAPI 3.1.1; what a route needs of a caller is in `x-role`.
enum OpenAPIDocument {
    typealias JSON = [String: Any]

    /// Throws when the schemas are no JSON, which is a mistake of ours.
    static func make(_ routes: [Route]) throws -> [UInt8] {
        var paths: [String: JSON] = [:]
        for route in routes {
            paths[route.template, default: [:]][route.method.rawValue.lowercased()] = operation(route)
        }
        let document: JSON = [
            "openapi": "3.1.0",
            "info": [
                "title": "cleanupd", "version": "1",
                "description": "What cleanupd does, would do and did. Times are RFC 3339 in UTC, sizes bytes.",
                "license": ["name": "See the project."],
            ],
            "servers": [["url": "/"]],
            "paths": paths,
            "components": [
                "schemas": try JSONSerialization.jsonObject(with: Data(PackageResources.schemas_json)),
                "responses": ["Problem": problem, "PageProblem": pageProblem],
                "securitySchemes": [
                    "token": ["type": "http", "scheme": "bearer"],
                    "session": ["type": "apiKey", "in": "cookie", "name": Sessions.cookie],
                ],
            ],
        ]
        let options: JSONSerialization.WritingOptions = [.sortedKeys, .withoutEscapingSlashes]
        return [UInt8](try JSONSerialization.data(withJSONObject: document, options: options))
    }

    private static var problem: JSON {
        [
            "description": "Why it was not done.",
            "content": ["application/problem+json": ["schema": reference("Problem")]],
        ]
    }

    /// Beneath the page's address people get a page that says why.
    private static var pageProblem: JSON {
        var content = problem["content"] as? JSON ?? [:]
        content["text/html"] = ["schema": ["type": "string"]]
        return ["description": "Why it was not done.", "content": content]
    }

    private static func reference(_ schema: String) -> JSON { ["$ref": "#/components/schemas/\(schema)"] }

    private static func operation(_ route: Route) -> JSON {
        var operation: JSON = [
            "summary": route.summary,
            "operationId": identity(route),
            "responses": responses(route),
            "security": route.role == nil ? [] : [["token": []], ["session": []]],
            "x-role": route.role.map { "\($0)" } ?? "none",
            "x-changes": route.effect != .reads,
        ]
        let parameters = pathParameters(route) + route.parameters.map { parameter($0, isForm: route.isPage) }
        if !parameters.isEmpty { operation["parameters"] = parameters }
        if let body = body(route.body) { operation["requestBody"] = body }
        return operation
    }

    private static func identity(_ route: Route) -> String {
        let words = route.template.split { !$0.isLetter }.map(String.init)
        return ([route.method.rawValue.lowercased()] + words).joined(separator: "_")
    }

    private static func responses(_ route: Route) -> JSON {
        let problem = route.template.hasPrefix("/cleanup") ? "PageProblem" : "Problem"
        var responses: JSON = ["default": ["$ref": "#/components/responses/\(problem)"]]
        for status in Set(route.answers.map(\.status.code)) {
            let answers = route.answers.filter { $0.status.code == status }
            var content: JSON = [:]
            for answer in answers {
                guard let type = answer.type else { continue }
                content[type] = [
                    "schema": answer.schema.map(reference) ?? (type.hasSuffix("json") ? [:] : ["type": "string"])
                ]
            }
            var response: JSON = ["description": answers.first?.status.reasonPhrase ?? ""]
            if !content.isEmpty { response["content"] = content }
            responses[String(status)] = response
        }
        return responses
    }

    private static func body(_ body: Route.Body) -> JSON? {
        switch body {
        case .none: return nil
        case .json(let schema, let isRequired):
            return ["required": isRequired, "content": ["application/json": ["schema": reference(schema)]]]
        case .secret(let schema):
            let content = ["schema": reference(schema)]
            return [
                "required": true,
                "content": ["application/json": content, "application/x-www-form-urlencoded": content],
            ]
        }
    }

    private static func pathParameters(_ route: Route) -> [JSON] {
        route.template.split(separator: "/").filter { $0.hasPrefix("{") }.map { segment in
            [
                "name": String(segment.dropFirst().dropLast()), "in": "path", "required": true,
                "schema": ["type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"],
            ]
        }
    }

    private static func parameter(_ parameter: QueryParameter, isForm: Bool) -> JSON {
        var json: JSON = ["name": parameter.name, "in": "query", "description": parameter.summary]
        json["required"] = parameter.isRequired
        switch parameter.kind {
        case .text(let most):
            let least = isForm && parameter.mayBeEmpty ? 0 : 1
            json["schema"] = ["type": "string", "minLength": least, "maxLength": most]
        case .flag: json["schema"] = ["type": "boolean", "default": false]
        case .integer(let range, let otherwise):
            json["schema"] = [
                "type": "integer", "minimum": range.lowerBound, "maximum": range.upperBound, "default": otherwise,
            ]
        case .choices(let known):
            json["schema"] = ["type": "array", "items": ["type": "string", "enum": known]]
            (json["style"], json["explode"]) = ("form", true)
        }
        return json
    }
}
