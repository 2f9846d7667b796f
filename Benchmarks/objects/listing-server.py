#!/usr/bin/env python3
"""Makes up the listing of a bucket, for figures of memory alone: listing-server.py PORT COUNT"""

import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlparse

count = int(sys.argv[2])


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        query = parse_qs(urlparse(self.path).query)
        start = int(query.get("continuation-token", ["0"])[0])
        end = min(start + 1000, count)
        more = "true" if end < count else "false"
        parts = [f"<ListBucketResult><IsTruncated>{more}</IsTruncated>"]
        if end < count:
            parts.append(f"<NextContinuationToken>{end}</NextContinuationToken>")
        for number in range(start, end):
            parts.append(
                f"<Contents><Key>previews/{number:07}-gone.bundle</Key>"
                "<LastModified>2024-01-02T03:04:05.000Z</LastModified>"
                "<ETag>&quot;d41d8cd98f00b204e9800998ecf8427e&quot;</ETag><Size>4096</Size></Contents>"
            )
        body = ("".join(parts) + "</ListBucketResult>").encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments) -> None:
        pass


ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
