# Exports, of which some are due.
mkdir -p /srv/data/exports/2025
printf '%s\n' 1,first 2,second 3,third > /srv/data/exports/2025/old.csv
seq 1000 | gzip > /srv/data/exports/2025/packed.csv.gz
touch -d '40 days ago' /srv/data/exports/2025/old.csv /srv/data/exports/2025/packed.csv.gz
echo 4,young > /srv/data/exports/young.csv
