import Foundation
import FuzzTargets

/// `LLVMFuzzerRunDriver` of https://llvm.org/docs/LibFuzzer.html#using-libfuzzer-as-a-library.
@_silgen_name("LLVMFuzzerRunDriver")
private func runFuzzer(
    _ count: UnsafeMutablePointer<Int32>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ callback: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
) -> Int32

/// The parser under attack; named by the environment, because all arguments are libFuzzer's.
private let target: FuzzTarget? = {
    let name = ProcessInfo.processInfo.environment["FUZZ_TARGET"] ?? ""
    return FuzzTarget.all.first { $0.name == name }
}()

/// Attacks the parser that FUZZ_TARGET names, or lists those that there are.
@main struct Fuzz {
    static func main() {
        guard target != nil else {
            for target in FuzzTarget.all { print("\(target.name) \(target.longest)") }
            return
        }
        var count = CommandLine.argc
        var arguments = CommandLine.unsafeArgv
        exit(
            runFuzzer(&count, &arguments) { bytes, count in
                do {
                    try target?.run(Array(UnsafeBufferPointer(start: bytes, count: count)))
                } catch {
                    FileHandle.standardError.write(Data("FINDING: \(error)\n".utf8))
                    abort()
                }
                return 0
            }
        )
    }
}
