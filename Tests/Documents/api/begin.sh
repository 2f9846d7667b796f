# Something to tell about, once it has begun.
api -d '{"tasks":["bulk"],"dry_run":false}' $URL/api/cleanup/run > /dev/null
until grep -q '"active":\[{' <(api $URL/api/cleanup/status); do sleep 0.1; done
