# It fires after a run, and not for ever.
cat > "$DOCS_STATE/each-run.yml" << END
rule_files: [$PWD/each-run.yml]
tests:
  - interval: 1m
    input_series:
      - { series: 'cleanup_task_last_completion_timestamp_seconds{task="logs",instance="a"}', values: "100x5 400x20" }
      - { series: 'cleanup_task_last_completion_timestamp_seconds{task="logs",instance="b"}', values: "100x5 400x20" }
      - { series: 'cleanup_task_last_completion_timestamp_seconds{task="uploads",instance="a"}', values: "100x25" }
    alert_rule_test:
      - { eval_time: 4m, alertname: CleanupRunEnded }
      - eval_time: 7m
        alertname: CleanupRunEnded
        exp_alerts:
          - exp_labels: { severity: info, task: logs }
            exp_annotations: { summary: "A run of logs has ended." }
      - { eval_time: 15m, alertname: CleanupRunEnded }
END
promtool test rules "$DOCS_STATE/each-run.yml" > "$DOCS_STATE/said"
