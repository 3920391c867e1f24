{{/* Names, labels, images and ports. Those that belong to a process are called with a dict of root,
the process's name, and config, its values. */}}

{{- define "sluice.name" -}}
{{- $release := ternary .Release.Name (printf "%s-sluice" .Release.Name) (contains "sluice" .Release.Name) -}}
{{- .Values.fullnameOverride | default $release | replace "." "-" | trunc 40 | trimSuffix "-" -}}
{{- end }}

{{- define "sluice.processName" -}}
{{ include "sluice.name" .root }}-{{ .name }}
{{- end }}

{{/* Never changes: selectors of Deployments cannot. */}}
{{- define "sluice.selector" -}}
app.kubernetes.io/name: sluice
app.kubernetes.io/instance: {{ .root.Release.Name }}
{{- with .name }}
app.kubernetes.io/component: {{ . }}
{{- end }}
{{- end }}

{{- define "sluice.labels" -}}
{{ include "sluice.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ .root.Chart.Name }}-{{ .root.Chart.Version | replace "+" "_" }}
{{- end }}

{{- define "sluice.image" -}}
{{- $image := .root.Values.image -}}
{{- with $image.registry }}{{ . }}/{{ end -}}
{{ $image.repository }}-{{ .name }}:{{ $image.tag | default .root.Chart.AppVersion }}
{{- end }}

{{- define "sluice.port" -}}
{{- get (dict "gateway" 7400 "embed" 7401 "rerank" 7402 "generate" 7403) .name -}}
{{- end }}

{{- define "sluice.managementPort" -}}
{{- add (include "sluice.port" .) 100 -}}
{{- end }}

{{/* gRPC target of a service for the gateway: all addresses of the headless service, over which the
gateway balances by itself. */}}
{{- define "sluice.target" -}}
{{- if .config.address -}}
{{ .config.address }}
{{- else -}}
dns:///{{ include "sluice.processName" . }}.{{ .root.Release.Namespace }}.svc:{{ include "sluice.port" . }}
{{- end -}}
{{- end }}

{{- define "sluice.serviceAccount" -}}
{{- $account := .Values.serviceAccount -}}
{{- $account.name | default (ternary (include "sluice.name" .) "default" $account.create) -}}
{{- end }}

{{/* A number of values is a float64, which Go would write as 1.048576e+06. */}}
{{- define "sluice.text" -}}
{{- if and (kindIs "float64" .) (eq . (floor .)) }}{{ int64 . }}{{ else }}{{ . }}{{ end -}}
{{- end }}
