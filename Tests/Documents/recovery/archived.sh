# What was due went, with its copies where the page says.
[ "$(find /srv/data/exports -type f)" = /srv/data/exports/young.csv ]
[ "$(objects backups | grep exports/)" = "$(printf 'exports/2025/old.csv.gz\nexports/2025/packed.csv.gz')" ]
