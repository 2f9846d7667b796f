/// Names of the keys of one installation; all begin with its prefix, and none other of its server's keys may.
package struct RedisKeys: Sendable, Equatable {
    /// The usual prefix. Its braces are a hash tag: on a cluster all keys lie in one slot, so that a script may use them.
    package static let usualPrefix = "{cleanupd}:"

    package let prefix: String

    package init(prefix: String = usualPrefix) {
        self.prefix = prefix
    }

    /// Jobs in line and active ones: a stream, whose consumer group gives each entry to one worker.
    package var queueStream: String { prefix + "queue:stream" }
    /// Delayed jobs, by the microsecond when they are due: a sorted set.
    package var queueDelayed: String { prefix + "queue:delayed" }
    /// Completed jobs that are kept, by the microsecond of their end: a sorted set.
    package var queueCompleted: String { prefix + "queue:completed" }
    /// Failed jobs that are kept, likewise.
    package var queueFailed: String { prefix + "queue:failed" }
    /// All jobs, by the microsecond when they were enqueued: a sorted set.
    package var queueAll: String { prefix + "queue:all" }
    /// The live job of each cycle: a hash.
    package var queueCycles: String { prefix + "queue:cycles" }
    /// Whether the queue is paused, and the highest epoch that somebody has asked with: a hash.
    package var queueFacts: String { prefix + "queue:facts" }
    /// Begins the name of a job's hash; its identity follows.
    package var queueJob: String { prefix + "queue:job:" }
    /// Begins the name of the key that remembers, for an hour, the identity of a job that went.
    package var queueGone: String { prefix + "queue:gone:" }
}

extension RedisKeys {
    /// As the queue's scripts want them.
    var queue: [String] {
        [queueStream, queueDelayed, queueCompleted, queueFailed, queueAll, queueCycles, queueFacts]
    }
}
