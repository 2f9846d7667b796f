# Something to tell about.
api -d '{"tasks":["bulk"],"dry_run":false}' $URL/api/cleanup/run > /dev/null
