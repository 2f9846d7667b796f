# What the file names.
export DATA_DIR=/srv/data
mkdir -p /srv/data/uploads secrets
echo postgres:///app > secrets/database
# What a part further down names.
mkdir /run/secrets
echo secret > /run/secrets/s3
