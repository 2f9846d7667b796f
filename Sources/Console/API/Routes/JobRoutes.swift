import HTTPTypes
import Hummingbird

/// The queue.
extension ConsoleRoutes {
    var jobs: [Route] {
        [
            Route(
                method: .get,
                template: "/api/cleanup/jobs",
                role: .view,
                summary: "Jobs of the queue, the latest enqueued first.",
                parameters: [.states, .offset, .limit],
                answers: [.json("Jobs")]
            ) { call in
                let page = try await backend.jobs(
                    states: call.query.list("state"),
                    offset: call.query.integer("offset"),
                    limit: call.query.integer("limit")
                )
                return try JSONForm.answer(page)
            },
            Route(
                method: .get,
                template: "/api/cleanup/jobs/{id}",
                role: .view,
                summary: "A job: its attempts, last error and what is left to do.",
                answers: [.json("Job")]
            ) { try JSONForm.answer(try await backend.job($0.pathID)) },
            again("retry", "Puts a job at the end of the line, with all its attempts."),
            again("run", "Lets a job that waits for its time, or has failed, run now: as retry."),
            Route(
                method: .delete,
                template: "/api/cleanup/jobs/{id}",
                role: .operate,
                effect: .changes,
                summary: "Takes a job out of the queue.",
                answers: [.empty(.noContent)]
            ) { call in
                try await backend.remove(job: call.pathID)
                return Response(status: .noContent)
            },
        ]
    }

    private func again(_ name: String, _ summary: String) -> Route {
        Route(
            method: .post,
            template: "/api/cleanup/jobs/{id}/\(name)",
            role: .operate,
            effect: .changes,
            summary: summary,
            answers: [.json("Job")]
        ) { try JSONForm.answer(try await backend.retry(job: $0.pathID)) }
    }
}
