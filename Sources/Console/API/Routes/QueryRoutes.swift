import HTTPTypes
import Hummingbird

/// Named queries.
extension ConsoleRoutes {
    var queries: [Route] {
        [
            Route(
                method: .post,
                template: "/api/cleanup/query",
                role: .admin,
                summary: "A query of the configuration, by name: read-only, \(QueryDocument.maximumSeconds) s, "
                    + "\(Words.number(QueryDocument.maximumRows)) rows.",
                body: .json("QueryOrder"),
                answers: [.json("QueryResult")]
            ) { call in
                try JSONForm.answer(try await backend.query(try call.document(QueryOrder.self).name))
            }
        ]
    }
}

/// `POST /api/cleanup/query`.
private struct QueryOrder: Decodable, Sendable {
    var name: String

    enum CodingKeys: String, CodingKey, CaseIterable { case name }

    init(from decoder: any Decoder) throws {
        name = try decoder.strictContainer(keyedBy: CodingKeys.self).decode(String.self, forKey: .name)
    }
}
