# Each secret that the compose file names is there.
wanted=$(grep -oE 'file: \./secrets/[a-z_.]+' compose.yaml | cut -d / -f 3 | sort)
[ "$(echo "$wanted" | wc -l)" -ge 5 ]
for name in $wanted; do [ -s "secrets/$name" ]; done
cd ../..
