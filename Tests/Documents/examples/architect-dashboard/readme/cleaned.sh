# As its numbers are in every test: 93 backups of prod before, 10 after.
[ "$(ls "$sample/data/prod/backups" | grep -c '^architect_[0-9]*\.db$')" = 10 ]
