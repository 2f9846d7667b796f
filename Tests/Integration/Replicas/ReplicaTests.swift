import Support
import Testing

/// Several processes of the real binary that clean the same things.
///
/// One test after the other: they measure how long a hand-over takes.
@Suite(.serialized, .timeLimit(.minutes(Scale.minutes(10)))) enum ReplicaTests {}
