# Each where its age says.
[ "$(ls /srv/data/logs | paste -sd ' ')" = 'app-1.log app-8.log.gz' ]
[ "$(objects backups)" = logs/app-91.log.gz ]
