{{/* What a process reads: keys of docs/configuration.md, and of libraries. A test holds every key
against that page. */}}

{{- define "sluice.environment" -}}
- name: SLUICE_LOG_LEVEL
  value: {{ .root.Values.logLevel }}
- name: SLUICE_LOG_FORMAT
  value: {{ .root.Values.logFormat }}
{{- if .root.Values.logRequests }}
- name: SLUICE_LOG_REQUESTS
  value: "true"
{{- end }}
{{- with .root.Values.traces }}
{{- if .endpoint }}
- name: SLUICE_TRACES_ENDPOINT
  value: {{ .endpoint | quote }}
- name: SLUICE_TRACES_SAMPLE
  value: {{ .sample | quote }}
{{- with .attributes }}
- name: OTEL_RESOURCE_ATTRIBUTES
  value: {{ include "sluice.attributes" . | quote }}
{{- end }}
{{- end }}
{{- end }}
{{- with .root.Values.tls }}
{{- if .enabled }}
- name: SLUICE_TLS_RELOAD
  value: {{ .reloadSeconds }}s
{{- end }}
{{- if or (not .enabled) (and .allowPlaintext (include "sluice.callsOthers" $)) }}
- name: SLUICE_ALLOW_PLAINTEXT
  value: "true"
{{- end }}
{{- end }}
{{- if and (eq .name "gateway") (eq .config.store "lucene") }}
- name: SLUICE_DATA
  value: /data/sluice
{{- end }}
{{- with .config.javaOptions }}
- name: JAVA_TOOL_OPTIONS
  value: {{ . | quote }}
{{- end }}
# The tokenizer's library unpacks its native part there; the rest of the file system is read-only.
- name: DJL_CACHE_DIR
  value: /tmp
{{- $own := ternary "sluice.gatewayKeys" "sluice.modelKeys" (eq .name "gateway") }}
{{- range $key, $value := merge (include "sluice.serverKeys" . | fromYaml) (include $own . | fromYaml) .config.settings }}
- name: SLUICE_{{ upper $.name }}_{{ $key }}
  value: {{ include "sluice.text" $value | quote }}
{{- end }}
{{- end }}

{{/* Not empty for a process that calls servers which are not the chart's. */}}
{{- define "sluice.callsOthers" -}}
{{- if or (eq .name "gateway") (include "sluice.plainTraces" .root) }}yes{{ else if or .config.settings.MODELS (eq .config.modelServer.placement "apart") }}yes{{ end -}}
{{- end }}

{{/* The collector of traces, where spans would leave the pod in plain text. */}}
{{- define "sluice.plainTraces" -}}
{{- $endpoint := .Values.traces.endpoint -}}
{{- $here := regexMatch "^http://(localhost|127([.][0-9]{1,3}){3}|[[]::1[]]):" $endpoint -}}
{{- if and (hasPrefix "http://" $endpoint) (not $here) -}}
{{ $endpoint }}
{{- end -}}
{{- end }}

{{/* As key=value,key=value, with percents for what would be read as more than a value. */}}
{{- define "sluice.attributes" -}}
{{- $pairs := list }}
{{- range $key, $value := . }}
{{- $pairs = append $pairs (printf "%s=%s" $key ($value | urlquery | replace "+" "%20")) }}
{{- end }}
{{- join "," $pairs }}
{{- end }}

{{- define "sluice.serverKeys" -}}
HOST: {{ .root.Values.listenAddress | quote }}
PORT: {{ include "sluice.port" . }}
MANAGEMENT_PORT: {{ include "sluice.managementPort" . }}
QUIET_PERIOD: {{ .config.quietSeconds }}s
DRAIN_TIMEOUT: {{ .config.drainSeconds }}s
{{- if .root.Values.tls.enabled }}
TLS_CERTIFICATE_FILE: /secrets/tls.crt
TLS_KEY_FILE: /secrets/tls.key
{{- if or (ne .name "gateway") .root.Values.tls.clientCertificates }}
TLS_CLIENT_CA_FILE: /secrets/ca.crt
{{- end }}
{{- if ne .name "gateway" }}
TLS_CLIENTS: {{ prepend .root.Values.tls.operatorIdentities (include "sluice.gatewayIdentity" .root) | join "," | quote }}
{{- end }}
{{- end }}
{{- end }}

{{/* The name in the gateway's certificate by which services know it. */}}
{{- define "sluice.gatewayIdentity" -}}
{{- $gateway := dict "root" . "name" "gateway" -}}
{{ .Values.tls.gatewayIdentity | default (printf "%s.%s.svc" (include "sluice.processName" $gateway) .Release.Namespace) }}
{{- end }}

{{/* A secret of a process with its certificate and key, and the authorities that it believes. */}}
{{- define "sluice.tlsSecret" -}}
{{ get .root.Values.tls.secrets .name | default (printf "%s-tls" (include "sluice.processName" .)) }}
{{- end }}

{{- define "sluice.gatewayKeys" -}}
{{- range $name, $config := .root.Values.services }}
{{ upper $name }}_TARGET: {{ include "sluice.target" (dict "root" $.root "name" $name "config" $config) }}
{{- end }}
{{- if .root.Values.tls.enabled }}
UPSTREAM_TLS_CA_FILE: /secrets/ca.crt
UPSTREAM_TLS_CERTIFICATE_FILE: /secrets/tls.crt
UPSTREAM_TLS_KEY_FILE: /secrets/tls.key
{{- end }}
{{- $access := .config.access }}
{{- if $access.apiKeys.secret }}
API_KEYS_FILE: /secrets/api-keys
{{- end }}
{{- with $access.jwt }}
{{- if .issuer }}
JWT_ISSUER: {{ .issuer | quote }}
JWT_AUDIENCE: {{ .audience | quote }}
JWT_JWKS: {{ .jwks | default "/secrets/jwks" | quote }}
{{- end }}
{{- end }}
{{- if not (include "sluice.asksCallers" .root) }}
ANONYMOUS: "true"
{{- end }}
{{- range $source, $from := .config.dataSourceCas }}
DATA_SOURCE_{{ upper $source | replace "." "_" | replace "-" "_" }}_TLS_CA_FILE: /secrets/data-source-{{ $source }}
{{- end }}
{{- if .config.quotas.secret }}
QUOTAS_FILE: /secrets/quotas
{{- end }}
{{- if .config.audit.enabled }}
AUDIT_FILE: {{ .config.audit.file | default "-" | quote }}
{{- end }}
{{- if eq .config.store "opensearch" }}
{{- $opensearch := .config.opensearch }}
STORE: opensearch
OPENSEARCH_URLS: {{ join "," $opensearch.urls }}
OPENSEARCH_PREFIX: {{ $opensearch.prefix }}
{{- with $opensearch.user }}
OPENSEARCH_USER: {{ . | quote }}
OPENSEARCH_PASSWORD_FILE: /secrets/opensearch-password
{{- end }}
{{- if $opensearch.token.secret }}
OPENSEARCH_TOKEN_FILE: /secrets/opensearch-token
{{- end }}
{{- if $opensearch.ca.secret }}
OPENSEARCH_CA_FILE: /secrets/opensearch-ca
{{- end }}
{{- end }}
{{- end }}

{{- define "sluice.modelKeys" -}}
{{- if .config.adminToken.secret }}
ADMIN_TOKEN_FILE: /secrets/admin-token
{{- end }}
{{- if .config.modelServer.ca.secret }}
UPSTREAM_TLS_CA_FILE: /secrets/model-server-ca
{{- if .root.Values.tls.enabled }}
UPSTREAM_TLS_CERTIFICATE_FILE: /secrets/tls.crt
UPSTREAM_TLS_KEY_FILE: /secrets/tls.key
{{- end }}
{{- end }}
{{- if not .config.settings.MODELS }}{{/* several are set one by one */}}
BACKEND: {{ include "sluice.backend" . }}
{{- $server := .config.modelServer }}
{{- if ne $server.placement "none" }}
MODEL_NAME: {{ $server.model | quote }}
{{ include "sluice.targetsKey" . }}: {{ include "sluice.modelServers" . }}
{{- end }}
{{- if .config.files.claim }}
{{ ternary "TOKENIZER_DIRECTORY" "MODEL_DIRECTORY" (eq (include "sluice.backend" .) "triton") }}: /models/files
{{- end }}
{{- if $server.apiKey.secret }}
API_KEY_FILE: /secrets/api-key
{{- end }}
{{- end }}
{{- end }}

{{- define "sluice.backend" -}}
{{- $server := .config.modelServer -}}
{{- if eq .name "generate" -}}
{{ ternary "extractive" $server.kind (eq $server.placement "none") }}
{{- else -}}
{{ ternary "onnx" "inference" (eq $server.placement "none") }}
{{- end -}}
{{- end }}

{{- define "sluice.targetsKey" -}}
{{ ternary "TRITON_TARGETS" "TARGETS" (eq (include "sluice.backend" .) "triton") }}
{{- end }}

{{- define "sluice.modelServers" -}}
{{- $server := .config.modelServer -}}
{{- if eq $server.placement "apart" -}}
{{ join "," $server.addresses }}
{{- else -}}
{{ ternary "http://127.0.0.1:8000/v1" "127.0.0.1:8001" (eq $server.kind "openai") }}
{{- end -}}
{{- end }}

{{/* Secrets of a process: the file's name under /secrets, and where it comes from. */}}
{{- define "sluice.secrets" -}}
{{- if .root.Values.tls.enabled }}
{{- range list "tls.crt" "tls.key" "ca.crt" }}
{{ . }}: {{ toJson (dict "secret" (include "sluice.tlsSecret" $) "key" .) }}
{{- end }}
{{- end }}
{{- if eq .name "gateway" }}
api-keys: {{ toJson .config.access.apiKeys }}
jwks: {{ toJson .config.access.jwt.keys }}
quotas: {{ toJson .config.quotas }}
{{- range $source, $from := .config.dataSourceCas }}
data-source-{{ $source }}: {{ toJson (dict "secret" $from.secret "key" ($from.key | default "ca.crt")) }}
{{- end }}
{{- if eq .config.store "opensearch" }}
opensearch-password: {{ toJson .config.opensearch.password }}
opensearch-token: {{ toJson .config.opensearch.token }}
opensearch-ca: {{ toJson .config.opensearch.ca }}
{{- end }}
{{- else }}
admin-token: {{ toJson .config.adminToken }}
api-key: {{ toJson .config.modelServer.apiKey }}
model-server-ca: {{ toJson .config.modelServer.ca }}
{{- end }}
{{- end }}
