# Uploads and logs.
mkdir -p /srv/data/{uploads/{abandoned,young},logs}
touch -d '2 hours ago' /srv/data/uploads/abandoned
for age in 1 8 91; do
    seq 3000 > "/srv/data/logs/app-$age.log"
    touch -d "$age days ago" "/srv/data/logs/app-$age.log"
done
cp -p /srv/data/logs/app-91.log /srv/data/logs/audit-91.log
