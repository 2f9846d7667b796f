# Uploads and logs, of which some are due.
mkdir -p /srv/data/logs /var/lib/cleanupd /etc/cleanupd
for number in $(seq 15); do mkdir -p "/srv/data/uploads/young-$number"; done
for number in $(seq 10); do
    mkdir -p "/srv/data/uploads/old-$number"
    echo upload > "/srv/data/uploads/old-$number/file"
    touch -d '8 days ago' "/srv/data/uploads/old-$number/file" "/srv/data/uploads/old-$number"
done
for age in 1 8 91; do
    seq 3000 > "/srv/data/logs/app-$age.log"
    touch -d "$age days ago" "/srv/data/logs/app-$age.log"
done
# uploaded NAME: one more that is due
uploaded() { mkdir -p "/srv/data/uploads/$1" && touch -d '8 days ago' "/srv/data/uploads/$1"; }
