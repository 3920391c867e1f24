{{/* What the schema cannot say: combinations that do not work. All of them are told at once. */}}

{{- define "sluice.refusals" -}}
{{- $gateway := .Values.gateway }}
{{- $opensearch := $gateway.opensearch }}
{{- if eq $gateway.store "lucene" }}
{{- if gt (int $gateway.replicas) 1 }}
- gateway.replicas is {{ $gateway.replicas }}, but with gateway.store lucene one gateway owns the volume: set gateway.replicas to 1, or gateway.store to opensearch.
{{- end }}
{{- if $opensearch.urls }}
- gateway.opensearch.urls is set, but gateway.store is lucene: set gateway.store to opensearch.
{{- end }}
{{- else }}
{{- if not $opensearch.urls }}
- gateway.store is opensearch: set gateway.opensearch.urls to its nodes, as https://opensearch:9200.
{{- end }}
{{- range $opensearch.urls }}
{{- if and $.Values.tls.enabled (not $.Values.tls.allowPlaintext) (hasPrefix "http://" .) }}
- gateway.opensearch.urls has {{ . }}, which would be called in plain text though tls.enabled is on: make it https://, or set tls.allowPlaintext to true.
{{- end }}
{{- end }}
{{- if ne (empty $opensearch.user) (empty $opensearch.password.secret) }}
- gateway.opensearch.user and gateway.opensearch.password.secret belong together: set both or neither.
{{- end }}
{{- if and $opensearch.user $opensearch.token.secret }}
- gateway.opensearch has both a user and a token: leave one out.
{{- end }}
{{- if $gateway.lucene.claim }}
- gateway.lucene.claim is set, but gateway.store is opensearch: set gateway.store to lucene, or leave the claim out.
{{- end }}
{{- end }}
{{- include "sluice.accessRefusals" . }}
{{- with $gateway.access.jwt }}
{{- if and .issuer (not .audience) }}
- gateway.access.jwt.issuer is set: set gateway.access.jwt.audience to what its tokens have as aud for this gateway.
{{- end }}
{{- if and .issuer (eq (empty .jwks) (empty .keys.secret)) }}
- gateway.access.jwt.issuer is set: set either gateway.access.jwt.jwks to the https address of its keys, or gateway.access.jwt.keys.secret.
{{- end }}
{{- if and (not .issuer) (or .audience .jwks .keys.secret) }}
- gateway.access.jwt is filled in, but its issuer is not: set gateway.access.jwt.issuer to what its tokens have as iss.
{{- end }}
{{- end }}
{{- if and $gateway.audit.file (not $gateway.audit.enabled) }}
- gateway.audit.file is set, but gateway.audit.enabled is false: set it to true, or leave the file out.
{{- end }}
{{- if and $gateway.audit.file (or (ne $gateway.store "lucene") (not (hasPrefix "/data/" $gateway.audit.file))) }}
- gateway.audit.file must lie below /data/, the volume of gateway.store lucene: leave it out to write to standard output.
{{- end }}
{{- $sources := splitList "," ($gateway.settings.DATA_SOURCES | default "" | nospace) }}
{{- range $source, $from := $gateway.dataSourceCas }}
{{- if not (has $source $sources) }}
- gateway.dataSourceCas has {{ $source }}, which is no data source: name it in gateway.settings.DATA_SOURCES, or leave it out.
{{- end }}
{{- end }}
{{- range $name, $config := .Values.services }}
{{- if not $config.address }}
{{- include "sluice.serviceRefusals" (dict "root" $ "name" $name "config" $config) }}
{{- end }}
{{- end }}
{{- include "sluice.rolloutRefusal" (dict "name" "gateway" "config" $gateway) }}
{{- if and .Values.ingress.enabled (not .Values.ingress.host) }}
- ingress.enabled: set ingress.host to the name that callers use.
{{- end }}
{{- if and .Values.ingress.enabled .Values.tls.enabled (eq (get .Values.ingress.annotations "nginx.ingress.kubernetes.io/backend-protocol" | default "") "GRPC") }}
- tls.enabled: the gateway takes TLS alone, but ingress.annotations has the controller call it in plain text: set nginx.ingress.kubernetes.io/backend-protocol to GRPCS.
{{- end }}
{{- $traces := include "sluice.plainTraces" . }}
{{- if and .Values.tls.enabled (not .Values.tls.allowPlaintext) $traces }}
- traces.endpoint is {{ $traces }}, which would be called in plain text though tls.enabled is on: make it https://, or set tls.allowPlaintext to true.
{{- end }}
{{- if and (not .Values.tls.enabled) .Values.tls.clientCertificates }}
- tls.clientCertificates is set, but tls.enabled is not: set both or neither.
{{- end }}
{{- if and (not .Values.tls.enabled) .Values.tls.operatorIdentities }}
- tls.operatorIdentities is set, but tls.enabled is not: set both or neither.
{{- end }}
{{- if and .Values.grpcRoute.enabled (not .Values.grpcRoute.parents) }}
- grpcRoute.enabled: set grpcRoute.parents to the Gateway that it belongs to.
{{- end }}
{{- end }}

{{- define "sluice.accessRefusals" -}}
{{- $access := .Values.gateway.access }}
{{- $asks := include "sluice.asksCallers" . }}
{{- $ways := include "sluice.waysIn" . }}
{{- if and $ways (not (or $asks .Values.tls.clientCertificates $access.anonymous)) }}
- callers outside the cluster reach the gateway ({{ $ways }}), which asks nobody who is calling: set gateway.access.apiKeys.secret, gateway.access.jwt.issuer or tls.clientCertificates; or gateway.access.anonymous to true, if everybody shall read, change and delete everything.
{{- end }}
{{- if and $access.anonymous $asks }}
- gateway.access.anonymous is true, but callers have API keys or tokens: leave one out.
{{- end }}
{{- if and (ne $access.apiKeys.key "api-keys") (not $access.apiKeys.secret) }}
- gateway.access.apiKeys.key is set, but its secret is not, so nobody would be asked who is calling: set gateway.access.apiKeys.secret, or leave the key out.
{{- end }}
{{- end }}

{{- define "sluice.serviceRefusals" -}}
{{- $at := printf "services.%s" .name }}
{{- $scaling := .config.autoscaling }}
{{- if and $scaling.hpa.enabled $scaling.keda.enabled }}
- {{ $at }}.autoscaling has both hpa and keda enabled, which would scale against each other: enable one.
{{- end }}
{{- if and $scaling.keda.enabled (not .root.Values.keda.prometheus) }}
- {{ $at }}.autoscaling.keda is enabled: set keda.prometheus to Prometheus's address, as http://prometheus-operated.monitoring.svc:9090.
{{- end }}
{{- if gt (int $scaling.minReplicas) (int $scaling.maxReplicas) }}
- {{ $at }}.autoscaling.minReplicas is {{ $scaling.minReplicas }}, more than maxReplicas {{ $scaling.maxReplicas }}.
{{- end }}
{{- include "sluice.rolloutRefusal" (dict "name" $at "config" .config) }}
{{- include "sluice.modelServerRefusals" (dict "at" $at "name" .name "config" .config "server" .config.modelServer "tls" .root.Values.tls) }}
{{- end }}

{{- define "sluice.rolloutRefusal" -}}
{{- $rollout := .config.rollout }}
{{- if and (eq (toString $rollout.maxSurge) "0") (eq (toString $rollout.maxUnavailable) "0") }}
- {{ .name }}.rollout: maxSurge and maxUnavailable are both 0, so nothing could ever be replaced.
{{- end }}
{{- end }}

{{- define "sluice.modelServerRefusals" -}}
{{- $at := printf "%s.modelServer" .at }}
{{- $server := .server }}
{{- $beside := eq $server.placement "beside" }}
{{- $apart := eq $server.placement "apart" }}
{{- $openai := eq $server.kind "openai" }}
{{- if and $openai (ne .name "generate") }}
- {{ $at }}.kind is openai, which only generates text: set triton.
{{- end }}
{{- if and (eq $server.placement "none") (or $server.model $server.addresses $server.image $server.repository.claim) }}
- {{ $at }} is filled in, but its placement is none: set beside or apart.
{{- end }}
{{- if and $beside (not $server.image) }}
- {{ $at }}.placement is beside: set {{ $at }}.image to a model server's image that fits the GPU's driver.
{{- end }}
{{- if and $beside (not $openai) (not $server.repository.claim) }}
- {{ $at }}.placement is beside: set {{ $at }}.repository.claim to the claim with Triton's model repository (docs/triton.md).
{{- end }}
{{- if and $beside $server.addresses }}
- {{ $at }}.addresses is set, but its placement is beside: set apart, or leave the addresses out.
{{- end }}
{{- if and $apart (not $server.addresses) }}
- {{ $at }}.placement is apart: set {{ $at }}.addresses to the model servers.
{{- end }}
{{- if and (or $beside $apart) (not .config.settings.MODELS) }}
{{- if not $server.model }}
- {{ $at }}.placement is {{ $server.placement }}: set {{ $at }}.model to the model's name there.
{{- end }}
{{- if and (not .config.files.claim) (or (eq .name "rerank") (and (eq .name "generate") (not $openai))) }}
- {{ $at }}: set {{ .at }}.files.claim to the claim with the model's tokenizer, which Sluice needs before the model server gets its tokens.
{{- end }}
{{- if and $openai .config.files.claim }}
- {{ .at }}.files.claim is set, but a server of kind openai has its own tokenizer: leave it out.
{{- end }}
{{- end }}
{{- if and $server.ca.secret $beside }}
- {{ $at }}.ca.secret is set, but a server beside is called inside of the pod: leave it out.
{{- end }}
{{- if and $apart .tls.enabled (not .tls.allowPlaintext) }}
{{- range $server.addresses }}
{{- if or (hasPrefix "http://" .) (and (not $openai) (not $server.ca.secret)) }}
- {{ $at }}.addresses has {{ . }}, which would be called in plain text though tls.enabled is on: {{ ternary "make it https://" (printf "set %s.ca.secret" $at) $openai }}, or tls.allowPlaintext to true.
{{- end }}
{{- end }}
{{- end }}
{{- if and $server.apiKey.secret (not .config.settings.MODELS) (not (and $openai (or $beside $apart))) }}
- {{ $at }}.apiKey.secret is set, but only servers of kind openai take a key: leave it out.
{{- end }}
{{- end }}

{{- define "sluice.refuse" -}}
{{- with include "sluice.refusals" . | trim }}
{{- fail (printf "\nThese values do not fit together:\n%s" .) }}
{{- end }}
{{- end }}
