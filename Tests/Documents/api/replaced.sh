# After the plan was made.
touch /srv/data/logs/app-4.log
