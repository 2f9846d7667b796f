# The service that has the module, and takes reports of the application's origin.
. "$DOCS_WORK/cleanupd/Tests/Documents/kit/https.sh"
serve_https '  client_origins: ["https://app.example"]'
