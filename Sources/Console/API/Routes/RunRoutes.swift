import HTTPTypes
import Hummingbird

/// History, and runs by hand.
extension ConsoleRoutes {
    var runs: [Route] {
        [
            Route(
                method: .get,
                template: "/api/cleanup/runs",
                role: .view,
                summary: "Runs, dry ones too, newest first.",
                parameters: [.task(isRequired: false), .before, .limit],
                answers: [.json("Runs")]
            ) { call in
                let page = try await backend.runs(
                    task: call.query.text("task"),
                    before: call.query.text("before"),
                    limit: call.query.integer("limit")
                )
                return try JSONForm.answer(page)
            },
            Route(
                method: .get,
                template: "/api/cleanup/runs/{id}",
                role: .view,
                summary: "A run, or all runs that one call asked for.",
                answers: [.json("RunResult")]
            ) { try JSONForm.answer(try await backend.run($0.pathID)) },
            Route(
                method: .get,
                template: "/api/cleanup/runs/{id}/items",
                role: .view,
                summary: "What the ledger has of a run; rows appear as batches.",
                parameters: [.search, .after, .limit],
                answers: [.json("Items")]
            ) { call in
                let page = try await backend.items(
                    ofRun: call.pathID,
                    search: call.query.text("search"),
                    after: call.query.text("after"),
                    limit: call.query.integer("limit")
                )
                return try JSONForm.answer(page)
            },
            begin, cancel,
            Route(
                method: .get,
                template: "/api/cleanup/calls",
                role: .admin,
                summary: "Calls that changed something: who, when, from where, what. Newest first.",
                parameters: [.before, .limit],
                answers: [.json("Calls")]
            ) { call in
                let page = try await backend.calls(
                    before: call.query.text("before"),
                    limit: call.query.integer("limit")
                )
                return try JSONForm.answer(page)
            },
        ]
    }

    private var begin: Route {
        Route(
            method: .post,
            template: "/api/cleanup/run",
            role: .operate,
            effect: .changes,
            summary: "Runs tasks: dry unless it says otherwise. An override that shortens a retention needs admin.",
            parameters: [.wait],
            body: .json("RunOrder", isRequired: false),
            answers: [.json("RunResult", .accepted), .json("RunResult")]
        ) { call in
            let result = try await backend.run(
                try call.document(RunOrder.self, otherwise: RunOrder()),
                by: try call.knownCaller(),
                call: call.id,
                waits: call.query.flag("wait")
            )
            return try Self.begun(result, call)
        }
    }

    private var cancel: Route {
        Route(
            method: .delete,
            template: "/api/cleanup/runs/{id}",
            role: .operate,
            effect: .changes,
            summary: "Cancels what goes on of it, at the next item or batch.",
            answers: [.empty(.noContent)]
        ) { call in
            try await backend.cancel(run: call.pathID)
            return Response(status: .noContent)
        }
    }

    /// 200 with the result for who has waited, else 202 and where it will be.
    static func begun(_ result: RunResultDocument, _ call: Call) throws -> Response {
        if call.query.flag("wait") { return try JSONForm.answer(result) }
        return try JSONForm.answer(result, status: .accepted, headers: location("runs", result.id))
    }
}
