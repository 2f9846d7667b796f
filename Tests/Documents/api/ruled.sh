# The settings of this cycle stand in a table of the application.
api -X PUT -d '{"cycles":{"requests":{"retention_days":10}}}' $URL/api/cleanup/settings
