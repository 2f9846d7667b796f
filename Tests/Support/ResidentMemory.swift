import Foundation

/// Bytes of memory that this process holds (proc(5), `statm`): also those of tests that run at the same time, so that who
/// compares them to a few MiB has a turn of his own (`REPLICAS` in the Makefile).
package func residentBytes() throws -> Int {
    let fields = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")
    guard fields.count > 1, let pages = Int(fields[1]) else {
        throw SupportError("/proc/self/statm has no second number")
    }
    return pages * Int(sysconf(Int32(_SC_PAGESIZE)))
}
