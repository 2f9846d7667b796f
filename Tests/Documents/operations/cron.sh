# As cron would: the variables that stand in the file, and its command by /bin/sh, as root.
install -m 644 cleanup.yaml /etc/cleanupd/cleanup.yaml
mkdir -p /var/lib/node_exporter
mount --bind "$DOCS_WORK/bin" /usr/local/bin
uploaded old-12
line=$(grep -oP '^15 3 \* \* \*  root  \K.*' /etc/cron.d/cleanupd)
variables=$(grep = /etc/cron.d/cleanupd | grep -v '^15')
printed=$(env -i $variables HOME=/root PGUSER="$PGUSER" PGHOST="$PGHOST" /bin/sh -c "$line" 2>&1) \
    || printed+=" (code $?)"
[ -z "$printed" ] || { echo "it would send a mail: $printed"; exit 1; }
[ ! -e /srv/data/uploads/old-12 ]
grep -xF 'cleanup_uploads_deleted_total 1' /var/lib/node_exporter/cleanup.prom > /dev/null \
    || { grep _deleted_total /var/lib/node_exporter/cleanup.prom; exit 1; }
umount /usr/local/bin
