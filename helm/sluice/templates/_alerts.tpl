{{/* Alerts. What each means and what to do is in docs/operations.md under its name. Critical wakes
somebody, warning waits for the morning. */}}

{{/* The end of every alert: its severity, further labels, the summary, and the runbook. */}}
{{- define "sluice.alert" -}}
labels:
  severity: {{ .severity }}
  namespace: {{ .root.Release.Namespace }}
  job: {{ .root.Release.Name }}
  {{- with .process }}
  process: {{ . }}
  {{- end }}
annotations:
  summary: {{ .summary | squote }}
  {{- with .root.Values.prometheusRule.runbook }}
  runbook_url: {{ printf "%s#%s" . (lower $.alert) }}
  {{- end }}
{{- end }}

{{- define "sluice.budgetAlerts" -}}
- alert: SluiceErrorBudgetBurnsFast
  expr: |-
    {{- include "sluice.burns" (dict "root" . "times" 14.4 "long" "1h" "short" "5m" "seconds" 3600) | nindent 4 }}
    or
    {{- include "sluice.burns" (dict "root" . "times" 6 "long" "6h" "short" "30m" "seconds" 21600) | nindent 4 }}
  for: 2m
  {{- include "sluice.alert" (dict "root" . "alert" "SluiceErrorBudgetBurnsFast" "severity" "critical"
    "summary" "{{ $value | humanizePercentage }} of calls miss the objective {{ $labels.slo }}: the budget of 30 days lasts for hours or days.") | nindent 2 }}
- alert: SluiceErrorBudgetBurnsSlowly
  expr: |-
    {{- include "sluice.burns" (dict "root" . "times" 3 "long" "1d" "short" "2h" "seconds" 86400) | nindent 4 }}
    or
    {{- include "sluice.burns" (dict "root" . "times" 1 "long" "3d" "short" "6h" "seconds" 259200) | nindent 4 }}
  for: 1h
  {{- include "sluice.alert" (dict "root" . "alert" "SluiceErrorBudgetBurnsSlowly" "severity" "warning"
    "summary" "{{ $value | humanizePercentage }} of calls miss the objective {{ $labels.slo }}: the budget of 30 days will not last.") | nindent 2 }}
{{- end }}

{{/* The processes that run here, each with the least number of its replicas. */}}
{{- define "sluice.processes" -}}
gateway: {{ .Values.gateway.replicas }}
{{- range $name, $config := .Values.services }}
{{- if not $config.address }}
{{- $scaling := $config.autoscaling }}
{{ $name }}: {{ ternary $scaling.minReplicas $config.replicas (or $scaling.hpa.enabled $scaling.keda.enabled) }}
{{- end }}
{{- end }}
{{- end }}

{{- define "sluice.replicaAlerts" -}}
{{- $release := include "sluice.release" . }}
{{- range $name, $replicas := include "sluice.processes" . | fromYaml }}
{{- $ready := printf "(count(sluice_ready%s == 1) or vector(0))" (include "sluice.series" (dict "root" $ "name" $name)) }}
- alert: SluiceServiceDown
  expr: {{ printf "%s == 0" $ready | squote }}
  for: 2m
  {{- include "sluice.alert" (dict "root" $ "alert" "SluiceServiceDown" "severity" "critical" "process" $name
    "summary" (printf "No replica of %s is ready." $name)) | nindent 2 }}
{{- if gt (int $replicas) 1 }}
- alert: SluiceReplicasMissing
  expr: {{ printf "%s < %d" $ready (int $replicas) | squote }}
  for: 15m
  {{- include "sluice.alert" (dict "root" $ "alert" "SluiceReplicasMissing" "severity" "warning" "process" $name
    "summary" (printf "{{ $value }} of %d replicas of %s are ready." (int $replicas) $name)) | nindent 2 }}
{{- end }}
{{- end }}
- alert: SluiceReplicaDown
  expr: {{ printf "up{%s} == 0" $release | squote }}
  for: 5m
  {{- include "sluice.alert" (dict "root" . "alert" "SluiceReplicaDown" "severity" "warning"
    "summary" "{{ $labels.pod }} of {{ $labels.process }} does not answer on its management port.") | nindent 2 }}
- alert: SluiceReplicaRestarts
  expr: {{ printf "changes(process_start_time_seconds{%s}[30m]) >= 3" $release | squote }}
  {{- include "sluice.alert" (dict "root" . "alert" "SluiceReplicaRestarts" "severity" "warning"
    "summary" "{{ $labels.pod }} of {{ $labels.process }} was started {{ $value }} times in half an hour.") | nindent 2 }}
- alert: SluiceCertificateExpires
  expr: {{ printf "min by (namespace, job, process, use) (sluice_tls_certificate_expiry_seconds{%s}) - time() < 3600 * %v" $release .Values.prometheusRule.alerts.certificateHours | squote }}
  for: 10m
  {{- include "sluice.alert" (dict "root" . "alert" "SluiceCertificateExpires" "severity" "critical"
    "summary" "A certificate of {{ $labels.process }} ({{ $labels.use }}) ends in {{ $value | humanizeDuration }}.") | nindent 2 }}
- alert: SluiceReplicaEjected
  expr: {{ printf "sum by (namespace, job, service, reason) (increase(sluice_replica_ejections_total{%s}[30m])) > 5" $release | squote }}
  {{- include "sluice.alert" (dict "root" . "alert" "SluiceReplicaEjected" "severity" "warning"
    "summary" "Gateways turned away from replicas of {{ $labels.service }} {{ $value | humanize }} times in half an hour: {{ $labels.reason }}.") | nindent 2 }}
{{- end }}

{{- define "sluice.loadAlerts" -}}
{{- $release := include "sluice.release" . }}
{{- $calls := printf "rate(grpc_server_processing_duration_seconds_count{%s,service=~\"sluice[.].+\"" $release }}
{{- $alerts := .Values.prometheusRule.alerts }}
- alert: SluiceQueueLong
  expr: |-
    max by (namespace, job, process, model) (sluice_queue_drain_seconds{ {{- $release }}}) > {{ $alerts.queueSeconds }}
    or
    max by (namespace, job, process, model) (sluice_gate_oldest_age_seconds{ {{- $release }}}) > {{ $alerts.queueSeconds }}
  for: 10m
  {{- include "sluice.alert" (dict "root" . "alert" "SluiceQueueLong" "severity" "warning"
    "summary" "Work waits {{ $value | humanizeDuration }} for {{ $labels.model }} of {{ $labels.process }}.") | nindent 2 }}
{{- /* Services have no quotas, so whatever they refuse is too much for them. The gateway's calls also
end like that by a tenant's quota: of those only the door's are counted. */}}
- alert: SluiceRefusesWork
  expr: |-
    100 * (
      sum by (namespace, job, process) ({{ $calls }},process!="gateway",statusCode="RESOURCE_EXHAUSTED"}[5m]))
      or
      sum by (namespace, job, process) (rate(sluice_door_refused_total{ {{- $release }},process="gateway"}[5m]))
    )
    / sum by (namespace, job, process) ({{ $calls }}}[5m]))
    > {{ $alerts.refusedPercent }}
  for: 10m
  {{- include "sluice.alert" (dict "root" . "alert" "SluiceRefusesWork" "severity" "warning"
    "summary" "{{ $labels.process }} refuses {{ $value | humanize }} % of its calls, since it could not answer them in time.") | nindent 2 }}
- alert: SluiceMissesDeadlines
  expr: |-
    100 * sum by (namespace, job, process, model) (rate(sluice_batch_deadline_total{ {{- $release }},class="interactive",result="missed"}[10m]))
    / sum by (namespace, job, process, model) (rate(sluice_batch_deadline_total{ {{- $release }},class="interactive"}[10m]))
    > {{ $alerts.missedPercent }}
  for: 10m
  {{- include "sluice.alert" (dict "root" . "alert" "SluiceMissesDeadlines" "severity" "warning"
    "summary" "{{ $labels.model }} of {{ $labels.process }} is late for {{ $value | humanize }} % of the work that it admitted.") | nindent 2 }}
- alert: SluiceDegrades
  expr: |-
    100 * sum by (namespace, job, stage, reason) (rate(sluice_degradations_total{ {{- $release }},reason!~"input_truncated|citation_dropped"}[5m]))
    / on (namespace, job) group_left () sum by (namespace, job) ({{ $calls }},process="gateway",method=~"Search|Answer|StreamAnswer"}[5m]))
    > {{ $alerts.degradedPercent }}
  for: 10m
  {{- include "sluice.alert" (dict "root" . "alert" "SluiceDegrades" "severity" "warning"
    "summary" "{{ $value | humanize }} % of searches and answers go without the stage {{ $labels.stage }}: {{ $labels.reason }}.") | nindent 2 }}
- alert: SluiceQuotesUnproved
  expr: |-
    100 * sum by (namespace, job) (rate(sluice_citations_total{ {{- $release }},verification="not_found"}[30m]))
    / sum by (namespace, job) (rate(sluice_citations_total{ {{- $release }}}[30m]))
    > {{ $alerts.unprovedPercent }}
  for: 30m
  {{- include "sluice.alert" (dict "root" . "alert" "SluiceQuotesUnproved" "severity" "warning"
    "summary" "{{ $value | humanize }} % of the quotes that the model writes are not in the documents.") | nindent 2 }}
{{- end }}

{{- define "sluice.storeAlerts" -}}
{{- $release := include "sluice.release" . }}
{{- $free := printf "sluice_store_disk_free_bytes{%s}" $release }}
{{- $total := printf "sluice_store_disk_total_bytes{%s}" $release }}
{{- $alerts := .Values.prometheusRule.alerts }}
- alert: SluiceStoreNearlyFull
  expr: {{ printf "100 * (1 - %s / %s) > %v" $free $total $alerts.storePercent | squote }}
  for: 15m
  {{- include "sluice.alert" (dict "root" . "alert" "SluiceStoreNearlyFull" "severity" "warning"
    "summary" "The disk of the document store is {{ $value | humanize }} % full.") | nindent 2 }}
- alert: SluiceStoreFull
  expr: {{ printf "100 * (1 - %s / %s) > 95" $free $total | squote }}
  for: 2m
  {{- include "sluice.alert" (dict "root" . "alert" "SluiceStoreFull" "severity" "critical"
    "summary" "The disk of the document store is {{ $value | humanize }} % full: writes are, or soon will be, refused.") | nindent 2 }}
- alert: SluiceStoreFills
  expr: {{ printf "predict_linear(%s[6h], 86400) < 0 and 100 * (1 - %s / %s) > 50" $free $free $total | squote }}
  for: 1h
  {{- include "sluice.alert" (dict "root" . "alert" "SluiceStoreFills" "severity" "warning"
    "summary" "At the pace of the last six hours the disk of the document store is full within a day.") | nindent 2 }}
- alert: SluiceStoreFails
  expr: |-
    100 * sum by (namespace, job, store, operation) (rate(sluice_store_operation_duration_seconds_count{ {{- $release }},outcome="failed"}[5m]))
    / sum by (namespace, job, store, operation) (rate(sluice_store_operation_duration_seconds_count{ {{- $release }}}[5m]))
    > 5
  for: 5m
  {{- include "sluice.alert" (dict "root" . "alert" "SluiceStoreFails" "severity" "critical"
    "summary" "{{ $value | humanize }} % of the operations {{ $labels.operation }} of the document store fail.") | nindent 2 }}
{{- end }}
