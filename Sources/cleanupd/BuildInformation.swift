import CBuild

/// What this binary is; shown by --version and `cleanup_build_info`.
enum BuildInformation {
    static let version = "0.1.0"
    /// The Git commit; "unknown" if it was built outside a repository.
    static let revision = String(cString: cbuild_revision())

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
