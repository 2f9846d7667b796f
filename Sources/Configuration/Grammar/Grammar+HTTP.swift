extension Grammar {
    static let http = Grammar([
        .optional("listen", .value(.address), "Where API and page are served (default 127.0.0.1:9847)."),
        .optional("metrics_listen", .value(.address), "Where /metrics is served, if not on listen."),
        .optional("tokens", .table(.tokenName, .section(token)), "Bearer tokens by the name of who uses them."),
        .optional("lifecycle", .value(.flag), "true = POST /-/quit is allowed (default false)."),
        .optional(
            "protect_metrics",
            .value(.flag),
            "true = /metrics, /healthz and /readyz need a token too (default false)."
        ),
        .optional("frame_ancestors", .list(.value(.origin)), "Origins that may show the widget in a frame."),
        .optional("client_origins", .list(.value(.origin)), "Origins whose pages may send client reports."),
        .optional("tls", .section(tls), "Serve HTTPS."),
    ])

    static let token = Grammar([
        .required(
            "role",
            .value(.choice(HTTPConfiguration.Role.allCases.map(\.rawValue))),
            "What it allows: view, operate or admin, each with what those before it allow."
        ),
        .optional("file", .value(.file), "File that holds the token."),
        .optional("sha256", .value(.digest), "SHA-256 of the token, in place of a file."),
    ])

    static let tls = Grammar([
        .required("certificate", .value(.file), "File of the certificate chain (PEM)."),
        .required("key", .value(.file), "File of the private key (PEM)."),
    ])

    /// `{ file: PATH }` in place of a secret.
    static let secretFile = Grammar([.required("file", .value(.file), "File that holds the secret.")])
}

extension Kind {
    /// The "who" of the ledger.
    static let tokenName = matching(
        "[A-Za-z0-9][A-Za-z0-9._@-]{0,63}",
        noun: "a name of letters, digits and . _ @ - (at most 64)"
    )
}
