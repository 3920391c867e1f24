{{/* What callers may count on, as two rates each: of calls, and of those that failed them. The
windows of the alerts over them are those of the Site Reliability Workbook, chapter 5. */}}

{{/* Codes that are the cluster's fault. Refused work has an alert of its own. */}}
{{- define "sluice.failedCodes" -}}
UNKNOWN|DEADLINE_EXCEEDED|INTERNAL|UNAVAILABLE|DATA_LOSS
{{- end }}

{{/* Histograms write whole seconds as 2.0. */}}
{{- define "sluice.bound" -}}
{{- $seconds := divf . 1000 -}}
le=~"{{ $seconds }}{{ if eq $seconds (floor $seconds) }}|{{ $seconds }}[.]0{{ end }}"
{{- end }}

{{- define "sluice.objectives" -}}
{{- $gateway := printf "%s,process=\"gateway\"" (include "sluice.release" .) -}}
{{- $calls := printf "grpc_server_processing_duration_seconds_count{%s,service=~\"sluice[.].+\"" $gateway -}}
{{- $search := printf "%s,method=\"Search\",statusCode=\"OK\"" $gateway -}}
{{- $objectives := .Values.objectives -}}
availability:
  percent: {{ $objectives.availability.percent }}
  calls: {{ printf "sum(rate(%s}[WINDOW]))" $calls | squote }}
  failed: {{ printf "(sum(rate(%s,statusCode=~\"%s\"}[WINDOW])) or vector(0))" $calls (include "sluice.failedCodes" .) | squote }}
search_latency:
  percent: {{ $objectives.searchLatency.percent }}
  calls: {{ printf "sum(rate(grpc_server_processing_duration_seconds_count{%s}[WINDOW]))" $search | squote }}
  failed: {{ printf "(sum(rate(grpc_server_processing_duration_seconds_count{%s}[WINDOW])) - sum(rate(grpc_server_processing_duration_seconds_bucket{%s,%s}[WINDOW])))" $search $search (include "sluice.bound" $objectives.searchLatency.milliseconds) | squote }}
first_token:
  percent: {{ $objectives.firstToken.percent }}
  calls: {{ printf "sum(rate(sluice_answer_time_to_first_token_seconds_count{%s}[WINDOW]))" $gateway | squote }}
  failed: {{ printf "(sum(rate(sluice_answer_time_to_first_token_seconds_count{%s}[WINDOW])) - sum(rate(sluice_answer_time_to_first_token_seconds_bucket{%s,%s}[WINDOW])))" $gateway $gateway (include "sluice.bound" $objectives.firstToken.milliseconds) | squote }}
{{- end }}

{{/* Records both rates over windows. */}}
{{- define "sluice.objectiveRates" -}}
{{- $root := .root }}
{{- $windows := .windows }}
{{- range $slo, $objective := include "sluice.objectives" $root | fromYaml }}
{{- range $window := $windows }}
{{- range $kind := list "calls" "failed" }}
- record: sluice:slo_{{ $kind }}:rate{{ $window }}
  expr: {{ get $objective $kind | replace "WINDOW" $window | squote }}
  labels:
    {{- include "sluice.sloLabels" (dict "root" $root "slo" $slo) | nindent 4 }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{- define "sluice.sloLabels" -}}
namespace: {{ .root.Release.Namespace }}
job: {{ .root.Release.Name }}
slo: {{ .slo }}
{{- end }}

{{/* The error budget goes so many times too fast, over a long window, and still over a short one.
Ten calls or more failed, so that one among a few at night wakes nobody. */}}
{{- define "sluice.burns" -}}
{{- $release := include "sluice.release" .root -}}
(
  {{- range $window := list .long .short }}
  sluice:slo_failed:rate{{ $window }}{ {{- $release }}} / sluice:slo_calls:rate{{ $window }}{ {{- $release }}}
    > {{ $.times }} * (1 - sluice:slo_objective:ratio{ {{- $release }}})
  and
  {{- end }}
  sluice:slo_failed:rate{{ .long }}{ {{- $release }}} * {{ .seconds }} >= 10
)
{{- end }}
