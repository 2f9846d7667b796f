# A running copy: tokens and audio of a server in New York, the application's calls, and what the old service would remove of
# them, by its own rules; no argument of it is a default.
. "$DOCS_WORK/cleanupd/Tests/Documents/kit/decides.sh"
examples/chatterbox/make-data.sh /srv/chatterbox > /dev/null
TZ=America/New_York python3 - << 'END'
import datetime, json, pathlib
file = pathlib.Path("/srv/chatterbox/recovery_tokens.json")
tokens = json.loads(file.read_text())
for token in tokens.values():
    made = datetime.datetime.fromisoformat(token["created_at"]).replace(tzinfo=datetime.timezone.utc)
    token["created_at"] = made.astimezone().replace(tzinfo=None).isoformat()
file.write_text(json.dumps(tokens, indent=2))
END
cat > /srv/chatterbox/main.py << 'END'
import asyncio

from cleanup_api import register_cleanup_routes
from services.cleanup import create_cleanup_service, create_scheduled_cleanup

app = "the application"
cleanup_service = create_cleanup_service(
    storage_path="./recovery_storage",
    token_file="./recovery_tokens.json",
    retention_hours=18,
    max_storage_mb=512
)
scheduled_service = create_scheduled_cleanup(cleanup_service, interval_hours=2)
register_cleanup_routes(app)


async def startup():
    await scheduled_service.start()


asyncio.run(startup())
print("up")
END
cp /srv/chatterbox/main.py "$DOCS_STATE/main.py"
# The two modules, as far as the application notices them.
mkdir -p "$DOCS_STATE/modules/services"
cat > "$DOCS_STATE/modules/services/cleanup.py" << 'END'
create_cleanup_service = dict


class create_scheduled_cleanup(dict):
    def __init__(self, service, interval_hours):
        super().__init__(interval_hours=interval_hours)

    async def start(self):
        print("old service started")
END
echo 'def register_cleanup_routes(app): print("old calls answered")' > "$DOCS_STATE/modules/cleanup_api.py"
# application: starts it, and says what it does of the old service
application() { PYTHONPATH=$DOCS_STATE/modules python3 -B /srv/chatterbox/main.py | paste -sd ' '; }
[ "$(application)" = 'old calls answered old service started up' ]
ln -sfn /usr/share/zoneinfo/America/New_York /etc/localtime
cp /srv/chatterbox/recovery_tokens.json "$DOCS_STATE/tokens.json"
ls /srv/chatterbox/recovery_storage | LC_ALL=C sort > "$DOCS_STATE/files-before"

# The service's rules, on the server's own clock, with its arguments and their defaults.
expect() { # FOLDER
    TZ=$TOKEN_TIMEZONE python3 - "$1" "$DOCS_STATE/tokens.json" "${RETENTION_HOURS:-24}" << 'END'
import datetime, json, pathlib, sys, time
folder, storage = pathlib.Path(sys.argv[1]), pathlib.Path("/srv/chatterbox/recovery_storage")
tokens = json.loads(pathlib.Path(sys.argv[2]).read_text())
now = datetime.datetime.now()
names = lambda token: [token["audio_files"]] if isinstance(token["audio_files"], str) else token["audio_files"]
# Expired tokens go with their files; then files that no valid token names.
valid = {key: one for key, one in tokens.items()
         if now - datetime.datetime.fromisoformat(one["created_at"]) <= datetime.timedelta(hours=int(sys.argv[3]))}
named = {name for one in valid.values() for name in names(one)}
orphans = {one.name for one in storage.iterdir()} - {name for one in tokens.values() for name in names(one)}
# What differs on purpose: an hour for orphans.
young = {name for name in orphans if time.time() - (storage / name).stat().st_mtime < 3600}
assert len(young) == 1 and len(orphans) == 5, (young, orphans)
(folder / "tokens").write_text("".join(key + "\n" for key in sorted(valid)))
(folder / "files").write_text("".join(name + "\n" for name in sorted(named | young)))
# Over 1 MiB the oldest tokens go, with their files, until 80 % of it are used.
size = {one.name: one.stat().st_size for one in storage.iterdir() if one.name in named | young}
left = dict(sorted(valid.items(), key=lambda pair: pair[1]["created_at"]))
while sum(size.values()) > 0.8 * (1 << 20):
    for name in names(left.pop(next(iter(left)))):
        del size[name]
assert 0 < len(left) < len(valid)
(folder / "emergency-tokens").write_text("".join(key + "\n" for key in sorted(left)))
(folder / "emergency-files").write_text("".join(name + "\n" for name in sorted(size)))
END
}
expected=$DOCS_STATE/expected
mkdir "$expected"
(
    RETENTION_HOURS=18 TOKEN_TIMEZONE=America/New_York
    expect "$expected"
    decides RETENTION_HOURS
    # By a zone that is wrong other tokens have expired.
    mkdir "$DOCS_STATE/in-utc"
    TOKEN_TIMEZONE=UTC
    expect "$DOCS_STATE/in-utc"
    [ -n "$(diff "$expected/tokens" "$DOCS_STATE/in-utc/tokens")" ]
)
[ "$(wc -l < "$expected/tokens")" = 18 ]
left() { python3 -c 'import json; print(*sorted(json.load(open("/srv/chatterbox/recovery_tokens.json"))), sep="\n")'; }
