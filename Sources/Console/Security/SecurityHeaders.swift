import HTTPTypes

/// What every answer tells browsers; an answer that has a header of its own keeps it.
enum SecurityHeaders {
    static func add(to headers: inout HTTPFields) {
        headers[.xContentTypeOptions] = "nosniff"
        // With "no-referrer" browsers would not say either that the form of the login is our own.
        headers[.referrerPolicy] = "same-origin"
        if headers[.cacheControl] == nil { headers[.cacheControl] = "no-store" }
        if headers[.contentSecurityPolicy] == nil {
            headers[.contentSecurityPolicy] = "default-src 'none'; frame-ancestors 'none'"
        }
    }
}
