# A member that there is not.
api -d '{"dryrun":true}' $URL/api/cleanup/run
