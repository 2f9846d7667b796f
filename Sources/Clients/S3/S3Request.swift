import NIOHTTP1

/// What a client asks, before it has an address, a date and a signature.
struct S3Request: Sendable {
    let method: HTTPMethod
    /// `nil`: the bucket itself.
    var key: String?
    /// Not encoded.
    var query: [(name: String, value: String)] = []
    var headers: [(name: String, value: String)] = []
    var body: [UInt8] = []
    /// For errors: `DELETE of "key"`.
    let purpose: String

    /// - Parameter purpose: what it is for; the key is added.
    init(_ method: HTTPMethod, key: String? = nil, _ purpose: String) {
        self.method = method
        self.key = key
        self.purpose = key.map { "\(purpose) of \(S3Words.shown($0))" } ?? purpose
    }

    /// Adds a version to the query, if there is one.
    mutating func add(version: String?) {
        if let version { query.append(("versionId", version)) }
    }
}

/// What a server answered.
struct S3Reply: Sendable {
    let status: Int
    let headers: HTTPHeaders
    let body: [UInt8]

    /// Its Date, in seconds since 1970.
    var date: Int64? { headers.first(name: "date").flatMap(S3Time.http) }

    /// A header that says `true`.
    func says(_ name: String) -> Bool { headers.first(name: name)?.lowercased() == "true" }

    /// It has the number that S3 servers give to each request: all that tells their HEAD, which has no body, from that of
    /// any web server.
    var isNumbered: Bool { ["x-amz-request-id", "x-amz-id-2"].contains { headers.first(name: $0)?.isEmpty == false } }

    /// An S3 server says, in words of S3, that the object, version or upload is not there. Any web server has a 404.
    var isGone: Bool {
        status == 404 && refusal.map { ["NoSuchKey", "NoSuchVersion", "NoSuchUpload"].contains($0.awsCode) } ?? false
    }

    /// The code and the message of an error's XML, if it is one.
    var refusal: (awsCode: String, message: String)? {
        guard !body.isEmpty else { return nil }
        do throws(S3XMLParser.Failure) {
            let root = try S3XMLParser.parse(body)
            guard root.name == "Error", let code = root["Code"]?.word else { return nil }
            return (code, root["Message"]?.word ?? "")
        } catch {
            // Whatever stands in front of the server may answer in HTML, so the status alone must do.
            return nil
        }
    }
}
