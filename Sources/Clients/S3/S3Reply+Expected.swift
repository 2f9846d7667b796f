extension S3Reply {
    /// Sees that the request was carried out.
    /// - Throws: the server's refusal, or that the answer makes no sense.
    func expect(_ statuses: Int..., words: S3Words, _ purpose: String) throws(S3Error) {
        guard statuses.contains(status) else { throw error(words, purpose) }
    }

    /// The XML of an answer with status 200.
    /// - Parameter name: that of its root element.
    /// - Throws: `.cutReply` if it ends too early, `.badReply` if it is anything else, or what the server refuses.
    func document(_ name: String, words: S3Words, _ purpose: String) throws(S3Error) -> S3XMLElement {
        try expect(200, words: words, purpose)
        guard !body.isEmpty else { throw words.cut(purpose, status: status) }
        let root: S3XMLElement
        do throws(S3XMLParser.Failure) {
            root = try S3XMLParser.parse(body)
        } catch {
            switch error {
            case .cut: throw words.cut(purpose, status: status)
            case .malformed(let reason): throw words.badReply(purpose, "\(reason): \(beginning)", status: status)
            }
        }
        // A server that fails after it has sent the status can say so in the body only.
        if root.name == "Error", let awsCode = root["Code"]?.word {
            throw words.refusal(purpose, status: status, awsCode: awsCode, message: root["Message"]?.word ?? "")
        }
        guard root.name == name else {
            throw words.badReply(purpose, "it is no \(name): \(beginning)", status: status)
        }
        return root
    }

    /// Why a request was not carried out, told by the status and the XML, if there is any.
    func error(_ words: S3Words, _ purpose: String) -> S3Error {
        if let refusal {
            return words.refusal(purpose, status: status, awsCode: refusal.awsCode, message: refusal.message)
        }
        // An S3 server says what is not there; a web server, a proxy or a wrong address only says that there is nothing.
        guard status >= 300, status != 404 else {
            let said = body.isEmpty ? "no word of S3" : beginning
            return words.badReply(purpose, "status \(status): \(said)", status: status)
        }
        return words.refusal(purpose, status: status, awsCode: nil, message: body.isEmpty ? "" : beginning)
    }

    /// The first 100 characters.
    private var beginning: String {
        "\"\(S3Words.plain(String(decoding: body.prefix(800), as: UTF8.self), limit: 100))\""
    }
}
