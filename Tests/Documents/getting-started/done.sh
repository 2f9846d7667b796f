# What the plan showed, and nothing else.
[ "$(ls /srv/data/uploads)" = young ]
[ "$(ls /srv/data/logs | paste -sd ' ')" = 'app-1.log app-8.log.gz audit-91.log' ]
ls /srv/demo > /dev/null
