# They are rules still, and each aggregation has the label.
promtool check rules $rules/*.yml > "$DOCS_STATE/said"
grep -q 'by (installation, task)' $rules/tasks.yml
[ -z "$(grep -hE '\b(by|on) \(' $rules/*.yml | grep -vE '\b(by|on) \(installation')" ]
