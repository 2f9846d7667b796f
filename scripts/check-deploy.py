#!/usr/bin/env python3
"""Checks deploy/: compose file, Kubernetes manifests, systemd unit, Dockerfile, and the configurations in them; then that
each of the mistakes below, made in a copy, is found. What is started is started by scripts/test-deploy.sh.

Runs in .build/venv (`make deploy-check`); needs the packages systemd, prometheus and prometheus-alertmanager.
"""

import pathlib
import shutil
import sys
import tempfile

from deploy_checks import compose, image, kubernetes, systemd

ROOT = pathlib.Path(__file__).resolve().parent.parent
PARTS = ("deploy", "alerts", "grafana", "schema", "Tests/Deploy", "scripts/install.sh", "scripts/release.sh")

# check | file beneath deploy/ | what stands there | what is put in its place
MISTAKES = [
    (compose, "compose/compose.yaml", "read_only: true\n  cap_drop", "cap_drop"),
    (compose, "compose/compose.yaml", "127.0.0.1:9090:9090", "9090:9090"),
    (compose, "compose/compose.yaml", "service_healthy", "service_fine"),
    (compose, "compose/compose.yaml", "networks: [front, back]", "networks: [front, rear]"),
    (compose, "compose/compose.yaml", "../../alerts/rules", "../../alerts/rule"),
    (compose, "compose/compose.yaml", "secrets: [state_url, redis_url, admin_token]", "secrets: [state_url, redis_url]"),
    (compose, "compose/compose.yaml", "target: /var/lib/grafana/dashboards/cleanupd", "target: /var/lib/grafana/boards"),
    (compose, "compose/make-secrets.sh", "put grafana_password", "put grafana_secret"),
    (compose, "compose/prometheus.yml", "cleanupd:9847", "cleaner:9847"),
    (compose, "compose/prometheus.yml", "job_name: cleanupd", "job_name: cleaner"),
    (compose, "compose/prometheus.yml", "rule_files", "rules_files"),
    (compose, "compose/alertmanager.yml", "receiver: nobody", "receiver: somebody"),
    (compose, "compose/datasource.yml", "uid: prometheus", "uid: other"),
    (compose, "compose/cleanup.yaml", "older_than: 90d", "older: 90d"),
    (compose, "compose/cleanup.yaml", "dry_run: ${CLEANUP_DRY_RUN:-true}", "dry_run: false"),
    (kubernetes, "kubernetes/deployment.yaml", "readOnlyRootFilesystem: true", "readOnlyRootFileSystem: true"),
    (kubernetes, "kubernetes/deployment.yaml", "readOnlyRootFilesystem: true", "readOnlyRootFilesystem: false"),
    (kubernetes, "kubernetes/deployment.yaml", "runAsUser: 10001", "runAsUser: 0"),
    (kubernetes, "kubernetes/deployment.yaml", "drop: [ALL]", "drop: [NET_RAW]"),
    (kubernetes, "kubernetes/deployment.yaml", "{ type: RuntimeDefault }", "{ type: Unconfined }"),
    (kubernetes, "kubernetes/deployment.yaml", "path: /readyz", "path: /healthz"),
    (kubernetes, "kubernetes/deployment.yaml", "replicas: 3", 'replicas: "3"'),
    (kubernetes, "kubernetes/deployment.yaml", "replicas: 3", "replicas: 1"),
    (kubernetes, "kubernetes/deployment.yaml", 'port: "9848"', 'port: "9847"'),
    (kubernetes, "kubernetes/service.yaml", "targetPort: http", "targetPort: web"),
    (kubernetes, "kubernetes/podmonitor.yaml", "podMetricsEndpoints", "endpoints"),
    (kubernetes, "kubernetes/podmonitor.yaml", "interval: 15s", "interval: often"),
    (kubernetes, "kubernetes/podmonitor.yaml", "scrapeTimeout", "scrape_timeout"),
    (kubernetes, "kubernetes/podmonitor.yaml", "jobLabel: app.kubernetes.io/name", "jobLabel: app"),
    (kubernetes, "kubernetes/disruption.yaml", "maxUnavailable: 1", "maxUnavailable: [1]"),
    (kubernetes, "kubernetes/disruption.yaml", "app.kubernetes.io/name: cleanupd }\nspec", "app: cleanupd }\nspecs"),
    (kubernetes, "kubernetes/disruption.yaml", "maxUnavailable: 1", "maxUnavailable: 0"),
    (kubernetes, "kubernetes/disruption.yaml", "maxUnavailable: 1", "maxUnavailable: 3"),
    (kubernetes, "kubernetes/disruption.yaml", "maxUnavailable: 1", "maxUnavailable: 67%"),
    (kubernetes, "kubernetes/disruption.yaml", "maxUnavailable: 1", "minAvailable: 3"),
    (kubernetes, "kubernetes/disruption.yaml", "maxUnavailable: 1", "minAvailable: 70%"),
    (kubernetes, "kubernetes/network.yaml", "port: metrics", "port: metric"),
    (kubernetes, "kubernetes/network.yaml", "policyTypes: [Ingress, Egress]", "policyTypes: [Ingress]"),
    (kubernetes, "kubernetes/network.yaml", "        - { protocol: UDP, port: 53 }\n", ""),
    (kubernetes, "kubernetes/network.yaml", "        - { protocol: TCP, port: 6379 }\n", ""),
    (kubernetes, "kubernetes/network.yaml", "port: 5432", "port: 5433"),
    (kubernetes, "kubernetes/network.yaml", "name: databases", "name: database"),
    (kubernetes, "kubernetes/network.yaml", "{ protocol: TCP, port: 443 }", "{ protocol: TCP, port: 443, endPort: 65535 }"),
    (kubernetes, "kubernetes/network.yaml", "      ports:\n        - { protocol: TCP, port: 443 }\n", ""),
    (kubernetes, "kubernetes/network.yaml", "port: 443 }", "port: 443 }\n        - { protocol: TCP, port: 80 }"),
    (kubernetes, "kubernetes/network.yaml", ", except: [169.254.0.0/16]", ""),
    (kubernetes, "kubernetes/secret.example.yaml", "redis.databases.svc", "redis.caches.svc"),
    (kubernetes, "kubernetes/secret.example.yaml", "postgresql.databases.svc/app", "postgresql.databases.svc:6432/app"),
    (kubernetes, "kubernetes/deployment.yaml", "https://s3.example.org", "https://s3.example.org:9000"),
    (kubernetes, "kubernetes/configmap.yaml", "max_duration: 2h }", "max_duration: 2h, notify: [{ webhook: "
        '"http://hooks.example.org/x", on: [failed] }] }'),
    (kubernetes, "kubernetes/kustomization.yaml", "  - network.yaml\n", ""),
    (kubernetes, "kubernetes/kustomization.yaml", "  - name: cleanupd\n", "  - name: cleaner\n"),
    (kubernetes, "kubernetes/kustomization.yaml", "    newName: registry.example.org/cleanupd\n", ""),
    (kubernetes, "kubernetes/secret.example.yaml", "redis-url", "redis"),
    (kubernetes, "kubernetes/configmap.yaml", "metrics_listen: 0.0.0.0:9848", "metrics_listen: 0.0.0.0:9849"),
    (kubernetes, "kubernetes/configmap.yaml", "orphan: true", "orphaned: true"),
    (systemd, "systemd/cleanupd.service", "ProtectSystem=strict\n", ""),
    (systemd, "systemd/cleanupd.service", "CapabilityBoundingSet=\n", ""),
    (systemd, "systemd/cleanupd.service", "Restart=on-failure", "Restart=on-fail"),
    (systemd, "systemd/cleanupd.service", "SystemCallFilter=landlock_create_ruleset", "SystemCallFilter=landlock_add_rule"),
    (systemd, "systemd/cleanupd.service", "SystemCallFilter=~setns unshare", "SystemCallFilter=~setns"),
    (systemd, "systemd/paths.conf", "ReadWritePaths=/srv/data/tmp", "ReadWritePath=/srv/data/tmp"),
    (image, "container/Dockerfile", "USER 10001:10001", "USER 0:0"),
    (image, "container/Dockerfile", "HEALTHCHECK", "LABEL check="),
    (image, "container/Dockerfile", 'CMD ["/usr/bin/cleanupd-healthcheck"]', "CMD /usr/bin/cleanupd-healthcheck"),
    (image, "container/Dockerfile", 'ENTRYPOINT ["/usr/bin/cleanupd"]', "ENTRYPOINT /usr/bin/cleanupd"),
    (image, "container/Dockerfile", 'CMD ["serve"]\n', ""),
    (image, "container/Dockerfile", "VOLUME /var/lib/cleanupd\n", ""),
    (image, "container/Dockerfile", "container/install.sh", "container/setup.sh"),
    (image, "container/install.sh", "user=10001", "user=10002"),
    (image, "container/Dockerfile.dockerignore", "deploy/compose/secrets\n", ""),
    (image, "container/Dockerfile.dockerignore", "\ndemo\n", "\ndemo\nBenchmarks\n"),
    (image, "container/Dockerfile.dockerignore", "\ndemo\n", "\ndemo\n.git\n"),
    (image, "container/Dockerfile.dockerignore", "\ndemo\n", "\ndemo\ndocs/*.md\n"),
    (image, "cleanup.yaml", "optional: true", "optionally: true"),
]


def unnoticed() -> list[str]:
    """The mistakes that no check finds."""
    missed = []
    with tempfile.TemporaryDirectory() as work:
        copy = pathlib.Path(work)
        for part in PARTS:
            (copy / part).parent.mkdir(parents=True, exist_ok=True)
            source = ROOT / part
            if source.is_dir():
                shutil.copytree(source, copy / part, ignore=compose.PRIVATE)
            else:
                shutil.copy(source, copy / part)
        for check, name, right, wrong in MISTAKES:
            file = copy / "deploy" / name
            text = file.read_text()
            if right not in text:
                missed.append(f"{name}: there is no {right!r} that could be made wrong")
                continue
            file.write_text(text.replace(right, wrong))
            if not check.problems(copy):
                missed.append(f"{name}: nobody notices {wrong!r} in the place of {right!r}")
            file.write_text(text)
    return missed


def main() -> int:
    problems = [text for check in (compose, kubernetes, systemd, image) for text in check.problems(ROOT)]
    problems = problems or unnoticed()
    print("\n".join(problems) or f"check-deploy: deploy/ is good, and {len(MISTAKES)} mistakes are noticed")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
