import NIOCore

/// Runs tasks on the thread of an event loop, so that questions and answers need no other thread to wake up.
///
/// For tasks that wait for the network and do little else: what is slow keeps the loop from all of its connections.
final class S3Executor: TaskExecutor {
    let loop: any EventLoop

    init(_ loop: any EventLoop) { self.loop = loop }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        // The loop keeps the executor until the job is done.
        loop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
