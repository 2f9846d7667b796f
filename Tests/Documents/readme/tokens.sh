# A service with the tokens of the part above.
end_service
mkdir secrets
head -c 32 /dev/urandom | base64 > secrets/anna
head -c 32 /dev/urandom | base64 > secrets/grafana
{
    echo 'connections: { data: { url: "file:///srv/data" } }'
    echo 'cycles: { hourly: { every: 1h, at_start: true, tasks: [uploads] } }'
    echo 'tasks: { uploads: { files: { in: data, path: tmp }, remove: { older_than: 1h } } }'
    sed -n '/^  listen: 127.0.0.1:9847$/,/^```$/{/^```/d;p}' README.md | sed -e '1i http:' -e '$a \  lifecycle: true'
} > cleanup.yaml
cleanupd serve
