/// What this binary is; shown by --version and `cleanup_build_info`.
enum BuildInformation {
    static let version = "0.1.0"
    /// Git revision; release builds set it.
    static let revision = "unknown"

    static var swiftVersion: String {
        #if compiler(>=6.3)
            "6.3"
        #elseif compiler(>=6.2)
            "6.2"
        #else
            "6"
        #endif
    }
}
