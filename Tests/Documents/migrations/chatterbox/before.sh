# A running copy: tokens and audio, and what the old service would remove of them, by its own rules.
examples/chatterbox/make-data.sh /srv/chatterbox > /dev/null
expected=$DOCS_STATE/expected
mkdir "$expected"
cp /srv/chatterbox/recovery_tokens.json "$expected/tokens.json"
python3 - "$expected" << 'END'
import datetime, json, pathlib, sys, time
folder, storage = pathlib.Path(sys.argv[1]), pathlib.Path("/srv/chatterbox/recovery_storage")
tokens = json.loads((folder / "tokens.json").read_text())
now = datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None)
names = lambda token: [token["audio_files"]] if isinstance(token["audio_files"], str) else token["audio_files"]
# Expired tokens go with their files; then files that no valid token names.
valid = {key: one for key, one in tokens.items()
         if now - datetime.datetime.fromisoformat(one["created_at"]) <= datetime.timedelta(hours=24)}
named = {name for one in valid.values() for name in names(one)}
orphans = {one.name for one in storage.iterdir()} - {name for one in tokens.values() for name in names(one)}
# What differs on purpose: an hour for orphans.
young = {name for name in orphans if time.time() - (storage / name).stat().st_mtime < 3600}
assert len(valid) == 24 and len(young) == 1 and len(orphans) == 5, (len(valid), young, orphans)
(folder / "tokens").write_text("".join(key + "\n" for key in sorted(valid)))
(folder / "files").write_text("".join(name + "\n" for name in sorted(named | young)))
# Over 1 MiB the oldest tokens go, with their files, until 80 % of it are used.
size = {one.name: one.stat().st_size for one in storage.iterdir() if one.name in named | young}
left = dict(sorted(valid.items(), key=lambda pair: pair[1]["created_at"]))
assert sum(size.values()) > 1 << 20
while sum(size.values()) > 0.8 * (1 << 20):
    for name in names(left.pop(next(iter(left)))):
        del size[name]
(folder / "emergency-tokens").write_text("".join(key + "\n" for key in sorted(left)))
(folder / "emergency-files").write_text("".join(name + "\n" for name in sorted(size)))
END
left() { python3 -c 'import json; print(*sorted(json.load(open("/srv/chatterbox/recovery_tokens.json"))), sep="\n")'; }
