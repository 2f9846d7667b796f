import Clients

/// Lists, which are read in steps so that Redis is never held up.
extension RedisJobQueue {
    package func jobs(_ states: Set<JobState>, offset: Int, limit: Int) async throws -> [Job] {
        let wanted = min(limit, QueueLimits.maximumPage)
        let names = "," + states.map(\.rawValue).sorted().joined(separator: ",") + ","
        var found: [Job] = []
        // A job that comes in meanwhile moves the others, so that one may come twice.
        var seen: Set<String> = []
        var rank = 0
        var over = max(offset, 0)
        while found.count < wanted {
            let page = try await page(from: rank, over: over, wanted: wanted - found.count, states: names)
            guard page.looked > 0 else { break }
            for case .success(let job) in page.jobs.map(RedisJobFields.job) where seen.insert(job.id).inserted {
                found.append(job)
            }
            rank += page.looked
            over -= page.passed
        }
        return found
    }

    private struct Page {
        var looked: Int
        var passed: Int
        var jobs: [[RedisValue]]
    }

    private func page(from rank: Int, over: Int, wanted: Int, states: String) async throws -> Page {
        let answer = try await run(RedisJobQueueScripts.list, [rank, over, wanted, states])
        guard let values = answer.elements, values.count == 3,
            let looked = values[0].int, let passed = values[1].int, let jobs = values[2].elements
        else { throw JobQueueError.answer("list") }
        return Page(looked: Int(looked), passed: Int(passed), jobs: jobs.compactMap(\.elements))
    }
}
