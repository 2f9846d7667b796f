# s3 CURL-ARGUMENTS: a call of the page's S3 server, signed, which must be answered well
s3() {
    curl -sS --fail --retry 20 --retry-all-errors --retry-delay 1 --aws-sigv4 aws:amz:us-east-1:s3 \
        --user "$S3_ACCESS_KEY:$S3_SECRET_KEY" "$@"
}
# bucket NAME: makes it, empty
bucket() { s3 -X PUT "$S3_ENDPOINT/$1"; }
# objects BUCKET: the keys in it
objects() { s3 "$S3_ENDPOINT/$1?list-type=2" | grep -o '<Key>[^<]*' | sed 's/<Key>//' | sort; }
