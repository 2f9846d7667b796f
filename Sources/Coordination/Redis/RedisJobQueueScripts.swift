import Clients

/// The steps of the queue, each of which happens as a whole or not at all.
///
/// A job in line or with a worker has an entry in the stream; the consumer `working` of the group `workers` has the
/// entries of active jobs, the consumer `returned` those that come before all others. Which worker has a job stands in
/// the job's hash, so that dead workers leave no consumers behind. Times are microseconds of the server's clock.
///
/// Whatever a script reads may have been written by somebody else. Where memory is at its limit, a server refuses the
/// first write of a script or none: `enqueue` begins with one that needs memory, so nothing goes in; what workers do
/// begins with one that needs none, so that the queue can be drained.
enum RedisJobQueueScripts {
    static let enqueue = script(RedisJobQueueLua.occupant, RedisJobQueueLua.enqueue)
    static let claim = script(
        RedisJobQueueLua.clock,
        RedisJobQueueLua.claimed,
        RedisJobQueueLua.takeBack,
        RedisJobQueueLua.claim
    )
    static let discard = script(RedisJobQueueLua.held, RedisJobQueueLua.discard)
    static let beat = script(RedisJobQueueLua.clock, RedisJobQueueLua.beat)
    static let complete = script(RedisJobQueueLua.held, RedisJobQueueLua.complete)
    static let fail = script(RedisJobQueueLua.held, RedisJobQueueLua.fail)
    static let giveBack = script(RedisJobQueueLua.held, RedisJobQueueLua.giveBack)
    static let begin = script(RedisJobQueueLua.held, RedisJobQueueLua.begin)
    static let postpone = script(RedisJobQueueLua.held, RedisJobQueueLua.postpone)
    static let retry = script(RedisJobQueueLua.occupant, RedisJobQueueLua.retry)
    static let remove = script(RedisJobQueueLua.remove)
    static let pause = script(RedisJobQueueLua.pause)
    static let job = script(RedisJobQueueLua.job)
    static let list = script(RedisJobQueueLua.list)
    static let figures = script(RedisJobQueueLua.figures)

    private static func script(_ parts: String...) -> RedisScript {
        RedisScript(([RedisJobQueueLua.base, RedisJobQueueLua.ends] + parts).joined(separator: "\n"))
    }
}
