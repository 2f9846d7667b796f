# What scheduleAutoCleanup does at the hub's start while the settings are off, and would not do while they are on.
[ "$(psql hub -c "SELECT enable_auto_cleanup FROM system_settings")" = f ]
[ "$(redis-cli -n 2 exists bull:log-cleanup:repeat)" = 1 ]
redis-cli -n 2 del bull:log-cleanup:repeat > /dev/null
