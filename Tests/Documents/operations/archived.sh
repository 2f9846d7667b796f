# What was due went, with its copies where the page says.
[ "$(find /srv/data/exports -type f)" = /srv/data/exports/young.csv ]
keys=$(curl -fsS --aws-sigv4 aws:amz:us-east-1:s3 --user "$S3_ACCESS_KEY:$S3_SECRET_KEY" "$S3_ENDPOINT/backups?list-type=2" |
    grep -o '<Key>[^<]*' | sed 's/<Key>//' | sort)
[ "$keys" = "$(printf 'exports/2025/old.csv.gz\nexports/2025/packed.csv.gz')" ]
