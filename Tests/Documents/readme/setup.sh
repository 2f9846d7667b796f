# The directory that the configuration is for, with something to do in it.
export DATA_DIR=/srv/data
mkdir -p /srv/data/tmp/{old,young} /srv/data/logs /srv/data/{prod,qa}/backups
touch -d '2 hours ago' /srv/data/tmp/old
touch -d '30 minutes ago' /srv/data/tmp/young
for age in 1 8 91; do
    seq 2000 > "/srv/data/logs/app-$age.log"
    cp "/srv/data/logs/app-$age.log" "/srv/data/logs/audit-$age.log"
    touch -d "$age days ago" "/srv/data/logs/app-$age.log" "/srv/data/logs/audit-$age.log"
done
# One a day at noon, 40 of each environment: qa keeps 7 daily, 4 weekly and 12 monthly ones, prod 30 daily.
for day in $(seq 0 39); do
    for environment in prod qa; do
        touch -d "$(date -u -d "12:00 $((day + 1)) days ago" +%FT%TZ)" "/srv/data/$environment/backups/$day.db"
    done
done
