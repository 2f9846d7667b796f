# A root with a link that leads out of it, a snapshot, and old files.
mkdir -p state /srv/data/snapshots /srv/elsewhere
for file in /srv/data/old /srv/data/replaced /srv/data/snapshots/kept /srv/elsewhere/canary; do
    echo content > "$file"
    touch -d '3 days ago' "$file"
done
ln -s ../elsewhere /srv/data/link
for number in $(seq 30); do touch -d '10 minutes ago' "/srv/data/young-$number"; done
