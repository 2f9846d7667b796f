# The tokens of a day are left.
[ "$(grep -c '"created_at"' "$sample/recovery_tokens.json")" = 24 ]
