# An alert of ours reaches a mailbox: a real Alertmanager, and a server that takes one mail.
python3 - "$DOCS_STATE/mail" << 'END' &
import pathlib, socket, sys
server = socket.create_server(("127.0.0.1", 25))
connection, _ = server.accept()
stream = connection.makefile("rwb", buffering=0)
stream.write(b"220 mail\r\n")
text, reading = b"", False
for line in stream:
    if reading:
        text, reading = text + line, line != b".\r\n"
        if reading:
            continue
    word = line[:4].upper()
    reading = word == b"DATA"
    stream.write(b"354 go on\r\n" if reading else b"221 bye\r\n" if word == b"QUIT" else b"250 mail\r\n")
    if text and not reading:
        break
pathlib.Path(sys.argv[1]).write_bytes(text)
END
sed 's/^  receiver: team$/&\n  group_wait: 0s/' alertmanager.yml > "$DOCS_STATE/alertmanager.yml"
prometheus-alertmanager --config.file="$DOCS_STATE/alertmanager.yml" --storage.path="$DOCS_WORK/alertmanager" \
    --cluster.listen-address= --web.listen-address=127.0.0.1:9093 > "$DOCS_STATE/alertmanager.log" 2>&1 &
alertmanager=$!
until curl -sf -o /dev/null http://127.0.0.1:9093/-/ready; do sleep 0.1; done
amtool --alertmanager.url=http://127.0.0.1:9093 alert add alertname=CleanupGuardTripped task=uploads severity=critical
for _ in $(seq 200); do [ -s "$DOCS_STATE/mail" ] && break; sleep 0.1; done
kill "$alertmanager"
grep -q CleanupGuardTripped "$DOCS_STATE/mail"
