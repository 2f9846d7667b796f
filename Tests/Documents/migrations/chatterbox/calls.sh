# What the arguments said is in force, and what stands in the table does what it says there.
. "$DOCS_WORK/cleanupd/Tests/Documents/kit/service.sh"
[ "$(shown 'cleanup_task_schedule_interval_seconds{task="tokens"}')" = 7200 ]
api /api/cleanup/metrics | holds 'it["tasks"]["tokens"]["retention"] == "18h" and it["tasks"]["tokens"]["storage_limit"] == 512 << 20'
[ "$(shown 'cleanup_storage_limit_bytes{task="tokens"}')" = 5.36870912e+08 ]
# The schedule, stopped and started.
api /api/cleanup/schedule/stop -X POST | holds 'not it["running"]'
api /api/cleanup/schedule | holds 'not it["running"]'
api /api/cleanup/schedule/start -X POST | holds 'it["running"]'
api /api/cleanup/schedule | holds 'it["running"] and it["cycles"][0]["next"]'
# By hand: a token and its two files, and an orphan, counted under the service's figures.
cd /srv/chatterbox
python3 - << 'END'
import json
tokens = json.load(open("recovery_tokens.json"))
tokens["late"] = {"created_at": "2020-01-01T00:00:00", "used": False, "audio_files": ["late-1.wav", "late-2.wav"]}
json.dump(tokens, open("recovery_tokens.json", "w"))
END
for name in late-1 late-2 nobody; do head -c 4096 /dev/zero > "recovery_storage/$name.wav"; done
touch -d '2 hours ago' recovery_storage/nobody.wav
before=$(left | wc -l)
api '/api/cleanup/run?wait=true' -d '{"dry_run":false}' | holds 'it["outcome"] == "success"'
[ "$(left | wc -l)" = $((before - 1)) ]
[ -z "$(ls recovery_storage | grep -e late -e nobody)" ]
for figure in tokens:1 token_audio:2 orphaned_audio:1; do
    [ "$(shown "cleanup_${figure%:*}_deleted_total")" = "${figure#*:}" ]
done
[ "$(shown 'cleanup_freed_bytes_total{task="orphaned_audio"}')" = 4096 ]
api /api/cleanup/metrics | holds 'it["items"] >= 2 and it["bytes"] >= 4096 and it["errors"] == 0 and it["last_cleanup"]'
# An entry without a time stays, and is an error that has a sentence. (What was read of the history is kept for a moment.)
python3 - << 'END'
import json
tokens = json.load(open("recovery_tokens.json"))
tokens["broken"] = {"created_at": "yesterday", "used": False, "audio_files": []}
json.dump(tokens, open("recovery_tokens.json", "w"))
END
api '/api/cleanup/run?wait=true' -d '{"dry_run":false}' | holds 'it["outcome"] == "partial"'
until api /api/cleanup/metrics | json 'it["tasks"]["tokens"].get("last_error")' | grep -q 'record broken'; do sleep 0.2; done
left | grep -x broken > /dev/null
cd - > /dev/null
