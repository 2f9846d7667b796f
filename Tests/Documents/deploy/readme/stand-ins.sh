# Docker and a cluster that do as the real ones with what they are asked for here, as far as files can say it.
for name in docker kubectl; do
    printf '#!/bin/sh\nexec "%s" "%s" %s "$@"\n' "$CLEANUPD_PYTHON" "$PWD/Tests/Documents/deploy/readme/stand_ins.py" "$name" > "$DOCS_WORK/bin/$name"
    chmod 755 "$DOCS_WORK/bin/$name"
done
