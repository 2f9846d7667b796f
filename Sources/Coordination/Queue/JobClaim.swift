/// A job that a worker has, until it ends or gives it back, or the queue takes it back.
package struct JobClaim: Sendable, Equatable {
    /// As it was when it was claimed.
    package let job: Job
    /// Of this claim alone; what comes with another one is refused.
    package let token: String

    package init(job: Job, token: String) {
        self.job = job
        self.token = token
    }
}
