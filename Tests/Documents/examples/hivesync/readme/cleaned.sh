# What was abandoned has gone, and what somebody works in has not.
[ ! -e "$sample/tmp/preview-job-17" ]
[ -d "$sample/tmp/preview-job-21" ]
[ -e "$sample/logs/api/api-30.log.gz" ]
