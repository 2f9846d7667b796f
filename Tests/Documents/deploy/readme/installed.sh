# What the package installs, and a folder that it cleans.
install -d /etc/cleanupd /var/lib/cleanupd /srv/data/tmp /srv/data/logs
install -m 644 deploy/cleanup.yaml /etc/cleanupd/cleanup.yaml
install -m 640 deploy/debian/default /etc/default/cleanupd
