import Foundation
import Support
import Synchronization

/// Runs `body` on a thread of its own that reaches files as the user nobody; everything else in the process stays root.
func asNobody<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) throws -> Value {
    let result = Mutex<Result<Value, any Error>?>(nil)
    let done = DispatchSemaphore(value: 0)
    let thread = Thread {
        _ = setfsgid?(65_534)
        _ = setfsuid?(65_534)
        let outcome = Result { try body() }
        result.withLock { $0 = outcome }
        done.signal()
    }
    thread.start()
    done.wait()
    guard let value = result.withLock({ $0 }) else {
        throw SupportError("The thread of nobody ended without a result.")
    }
    return try value.get()
}

// The user for files is each thread's own, and takes the capabilities for files away: setfsuid(2). Swift's module of
// the C library leaves sys/fsuid.h out.
private typealias SetID = @convention(c) (UInt32) -> Int32
private let setfsuid = dlsym(nil, "setfsuid").map { unsafeBitCast($0, to: SetID.self) }
private let setfsgid = dlsym(nil, "setfsgid").map { unsafeBitCast($0, to: SetID.self) }
