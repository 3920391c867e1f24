{{/* The labels that the ServiceMonitor gives to the series of this release, and of one process. */}}

{{- define "sluice.release" -}}
namespace="{{ .Release.Namespace }}",job="{{ .Release.Name }}"
{{- end }}

{{- define "sluice.series" -}}
{ {{- include "sluice.release" .root }},process="{{ .name }}"}
{{- end }}
