# One backup, which new ones are like.
mkdir -p /srv/data/dumps
echo dump > /srv/data/dumps/app.dump
touch -d 2025-12-31T00:00:00Z /srv/data/dumps/app.dump
