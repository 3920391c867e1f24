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
