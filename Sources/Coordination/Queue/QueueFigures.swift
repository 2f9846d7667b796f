package import Retention

/// How full the queue is.
package struct QueueFigures: Sendable, Equatable {
    package var waiting = 0
    package var active = 0
    package var delayed = 0
    /// Jobs among the kept ones that were given up, without those that a later job of their cycle superseded.
    package var dead = 0
    /// Since when the first job in line waits, by the queue's clock; `nil` = none does.
    package var oldestWaitingSince: Instant?
    package var isPaused = false
    /// How many silent workers' jobs this object has taken back since it was made; others of the queue count theirs.
    package var stalledTotal = 0
    /// How many jobs this object has seen given up since it was made.
    package var deadTotal = 0
    /// How many stored jobs this object could not read, and gave up, since it was made.
    package var unreadableTotal = 0

    package init() {}
}
