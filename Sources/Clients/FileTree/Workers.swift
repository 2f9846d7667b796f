import Glibc

/// Threads for blocking work on a tree.
package enum Workers {
    private final class Job: Sendable {
        let body: @Sendable (Int) -> Void
        let index: Int

        init(_ index: Int, _ body: @escaping @Sendable (Int) -> Void) {
            self.index = index
            self.body = body
        }
    }

    /// Runs `body` once on each of `count` threads, one of them the caller's, and returns when all have ended.
    ///
    /// Where the system refuses more threads, fewer do the work: `body` must take what is there, not a fixed share.
    package static func run(_ count: Int, _ body: @Sendable (Int) -> Void) {
        withoutActuallyEscaping(body) { body in
            var threads: [pthread_t] = []
            for index in 1..<max(count, 1) {
                let job = Unmanaged.passRetained(Job(index, body))
                var thread = pthread_t()
                let result = pthread_create(&thread, nil, Self.enter, job.toOpaque())
                guard result == 0 else {
                    job.release()
                    break
                }
                threads.append(thread)
            }
            body(0)
            for thread in threads { pthread_join(thread, nil) }
        }
    }

    private static let enter: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { argument in
        guard let argument else { return nil }
        let job = Unmanaged<Job>.fromOpaque(argument).takeRetainedValue()
        job.body(job.index)
        return nil
    }
}
