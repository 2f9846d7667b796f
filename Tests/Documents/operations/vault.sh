# A bucket, and exports of which some are due.
curl -sS --fail --retry 20 --retry-all-errors --retry-delay 1 --aws-sigv4 aws:amz:us-east-1:s3 \
    --user "$S3_ACCESS_KEY:$S3_SECRET_KEY" -X PUT "$S3_ENDPOINT/backups"
mkdir -p /srv/data/exports/2025
printf '%s\n' 1,first 2,second 3,third > /srv/data/exports/2025/old.csv
seq 1000 | gzip > /srv/data/exports/2025/packed.csv.gz
touch -d '40 days ago' /srv/data/exports/2025/old.csv /srv/data/exports/2025/packed.csv.gz
echo 4,young > /srv/data/exports/young.csv
