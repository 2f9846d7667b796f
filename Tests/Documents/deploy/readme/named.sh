# The drop-in names the folders of the tasks.
grep -qE '^ReadWritePaths=-?/srv/data/?' /etc/systemd/system/cleanupd.service.d/paths.conf
