{{/* What autoscalers measure: meters of serving (sluice.queue, sluice.batch) where this process runs
or batches the model, of the generate-service's gate (sluice.gate) where a model server batches. */}}

{{- define "sluice.gated" -}}
{{- if and (eq .name "generate") (ne .config.modelServer.placement "none") }}yes{{ end -}}
{{- end }}

{{/* For HPAs: of each pod, in seconds. */}}
{{- define "sluice.podMetric" -}}
{{ ternary "sluice_gate_oldest_age_seconds" "sluice_queue_drain_seconds" (eq (include "sluice.gated" .) "yes") }}
{{- end }}

{{/* Seconds of one replica's work that wait. Divided by the seconds in which they shall be done it is
the number of replicas to have. */}}
{{- define "sluice.drainQuery" -}}
{{- $series := include "sluice.series" . -}}
{{- if include "sluice.gated" . -}}
sum(sluice_gate_waiting_tokens{{ $series }})
/ clamp_min(sum(rate(sluice_gate_tokens_total{{ $series }}[2m])) / count(count by (pod) (sluice_gate_running{{ $series }})), 1)
{{- else -}}
sum(sluice_queue_drain_seconds{{ $series }})
{{- end -}}
{{- end }}

{{/* Replicas that are busy: without it a service that just keeps up would be scaled down. */}}
{{- define "sluice.busyQuery" -}}
{{- $series := include "sluice.series" . -}}
{{- if include "sluice.gated" . -}}
count(count by (pod) (sluice_gate_running{{ $series }}))
* sum(sluice_gate_running{{ $series }}) / clamp_min(sum(sluice_gate_limit{{ $series }}), 1)
{{- else -}}
count(count by (pod) (sluice_queue_drain_seconds{{ $series }}))
* sum(rate(sluice_batch_execution_seconds_sum{{ $series }}[2m]))
/ clamp_min(sum(rate(sluice_batch_execution_seconds_sum{{ $series }}[2m])) + sum(rate(sluice_batch_slot_idle_seconds_sum{{ $series }}[2m])), 0.001)
{{- end -}}
{{- end }}

{{/* Up at once, down one replica a minute, and only when five minutes asked for no more. */}}
{{- define "sluice.scalingBehavior" -}}
scaleUp:
  stabilizationWindowSeconds: 0
  policies:
    - type: Percent
      value: 100
      periodSeconds: 30
    - type: Pods
      value: 2
      periodSeconds: 30
scaleDown:
  stabilizationWindowSeconds: 300
  policies:
    - type: Pods
      value: 1
      periodSeconds: 60
{{- end }}
