# It was ended, and has left the rest.
until grep -q '"state":"ended"' <(curl -sSf "http://127.0.0.1:9847/api/cleanup/runs/$RUN"); do sleep 0.1; done
grep -q '"outcome":"cancelled"' <(curl -sSf "http://127.0.0.1:9847/api/cleanup/runs/$RUN")
[ -n "$(ls /srv/data/slow)" ]
