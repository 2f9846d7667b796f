import HTTPTypes
import Hummingbird

/// Sealed plans: first seen, then applied, and nothing else.
extension ConsoleRoutes {
    var plans: [Route] {
        [
            Route(
                method: .post,
                template: "/api/cleanup/plans",
                role: .operate,
                effect: .changes,
                summary: "Seals a plan of these tasks (default: all that are in cycles); nothing is deleted.",
                body: .json("PlanOrder", isRequired: false),
                answers: [.json("Plan", .created)]
            ) { call in
                let order = try call.document(PlanOrder.self, otherwise: PlanOrder(tasks: nil))
                let plan = try await backend.makePlan(tasks: order.tasks, by: try call.knownCaller())
                return try JSONForm.answer(plan, status: .created, headers: Self.location("plans", plan.id))
            },
            Route(
                method: .get,
                template: "/api/cleanup/plans/{id}",
                role: .operate,
                summary: "A sealed plan: its digest, counts and bytes.",
                answers: [.json("Plan")]
            ) { try JSONForm.answer(try await backend.plan($0.pathID)) },
            Route(
                method: .post,
                template: "/api/cleanup/plans/{id}/apply",
                role: .operate,
                effect: .changes,
                summary: "Deletes what the plan lists and is unchanged, and nothing else.",
                parameters: [.wait],
                answers: [.json("RunResult", .accepted), .json("RunResult")]
            ) { call in
                let result = try await backend.apply(
                    plan: call.pathID,
                    by: try call.knownCaller(),
                    call: call.id,
                    waits: call.query.flag("wait")
                )
                return try Self.begun(result, call)
            },
        ]
    }
}

/// `POST /api/cleanup/plans`.
private struct PlanOrder: Decodable, Sendable {
    /// `nil` = all that are in cycles.
    var tasks: [String]?

    enum CodingKeys: String, CodingKey, CaseIterable { case tasks }

    init(tasks: [String]?) { self.tasks = tasks }

    init(from decoder: any Decoder) throws {
        tasks = try decoder.strictContainer(keyedBy: CodingKeys.self).decodeIfPresent([String].self, forKey: .tasks)
    }
}
