{{/* What callers outside the cluster reach of the gateway: not reflection, and not channelz. A test
holds the list against the contracts. */}}
{{- define "sluice.exposed" -}}
- grpc.health.v1.Health
- sluice.embed.v1.EmbedService
- sluice.gateway.v1.AnswerService
- sluice.gateway.v1.CollectionService
- sluice.gateway.v1.DocumentService
- sluice.gateway.v1.GroundingService
- sluice.gateway.v1.SearchService
- sluice.generate.v1.GenerateService
- sluice.rerank.v1.RerankService
{{- end }}

{{/* The values by which callers outside the cluster reach the gateway, in words; empty: they do not. */}}
{{- define "sluice.waysIn" -}}
{{- $ways := list }}
{{- if .Values.ingress.enabled }}
{{- $ways = append $ways "ingress.enabled" }}
{{- end }}
{{- if .Values.grpcRoute.enabled }}
{{- $ways = append $ways "grpcRoute.enabled" }}
{{- end }}
{{- if ne .Values.gateway.service.type "ClusterIP" }}
{{- $ways = append $ways (printf "gateway.service.type %s" .Values.gateway.service.type) }}
{{- end }}
{{- join ", " $ways }}
{{- end }}

{{/* Whether callers have to say who they are, by a key or a token. */}}
{{- define "sluice.asksCallers" -}}
{{- if or .Values.gateway.access.apiKeys.secret .Values.gateway.access.jwt.issuer }}yes{{ end -}}
{{- end }}
