/// The body of CompleteMultipartUpload.
enum S3UploadDocument {
    /// - Parameter etags: of the parts from the first on, without quotes.
    static func bytes(_ etags: [String]) -> [UInt8] {
        var text = #"<?xml version="1.0" encoding="UTF-8"?>"#
        text += #"<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">"#
        for (index, etag) in etags.enumerated() {
            text += "<Part><PartNumber>\(index + 1)</PartNumber>"
            text += "<ETag>\(S3DeleteDocument.escaped("\"\(etag)\""))</ETag></Part>"
        }
        return Array((text + "</CompleteMultipartUpload>").utf8)
    }
}
