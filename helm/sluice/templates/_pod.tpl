{{/* The pod of a process, of the gateway as of a service. */}}

{{- define "sluice.pod" -}}
{{- $values := .root.Values }}
{{- $modelServer := .config.modelServer | default dict }}
{{- $beside := eq (get $modelServer "placement" | default "none") "beside" -}}
metadata:
  labels:
    {{- include "sluice.selector" . | nindent 4 }}
    {{- with $values.podLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- with $values.podAnnotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  serviceAccountName: {{ include "sluice.serviceAccount" .root }}
  automountServiceAccountToken: false
  # Kubernetes would set SLUICE_GATEWAY_PORT and others for its own services. Sluice reads those.
  enableServiceLinks: false
  # SIGTERM drains: not ready, the quiet period, then running calls finish. The rest is for closing.
  terminationGracePeriodSeconds: {{ add .config.quietSeconds .config.drainSeconds 15 }}
  {{- with $values.priorityClassName }}
  priorityClassName: {{ . }}
  {{- end }}
  {{- with $values.image.pullSecrets }}
  imagePullSecrets:
    {{- range . }}
    - name: {{ . }}
    {{- end }}
  {{- end }}
  securityContext:
    runAsNonRoot: true
    {{- with $values.runAs.user }}
    runAsUser: {{ int64 . }}
    {{- end }}
    {{- with $values.runAs.group }}
    runAsGroup: {{ int64 . }}
    fsGroup: {{ int64 . }}
    fsGroupChangePolicy: OnRootMismatch
    {{- end }}
    seccompProfile:
      type: RuntimeDefault
  {{- with .config.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- $tolerations := .config.tolerations }}
  {{- if and $beside $modelServer.gpus }}
  {{- $tolerations = append $tolerations (dict "key" $modelServer.gpuResource "operator" "Exists" "effect" "NoSchedule") }}
  {{- end }}
  {{- with $tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- $keys := $values.topologySpread.keys }}
  {{- if and $keys (ne (.config.store | default "") "lucene") }}
  topologySpreadConstraints:
    {{- range $keys }}
    - topologyKey: {{ . }}
      maxSkew: 1
      whenUnsatisfiable: {{ $values.topologySpread.whenUnsatisfiable }}
      labelSelector:
        matchLabels:
          {{- include "sluice.selector" $ | nindent 10 }}
      # Pods of an old version do not count while a new one is rolled out.
      matchLabelKeys:
        - pod-template-hash
    {{- end }}
  {{- end }}
  {{- if $beside }}
  initContainers:
    {{- include "sluice.modelServer" . | nindent 4 }}
  {{- end }}
  containers:
    - name: {{ .name }}
      image: {{ include "sluice.image" . | quote }}
      imagePullPolicy: {{ $values.image.pullPolicy }}
      env:
        {{- include "sluice.environment" . | nindent 8 }}
      ports:
        - name: grpc
          containerPort: {{ include "sluice.port" . }}
        - name: management
          containerPort: {{ include "sluice.managementPort" . }}
      # Alive from its start on; ready when its models are.
      startupProbe:
        httpGet:
          path: /healthz
          port: management
        periodSeconds: 2
        failureThreshold: 60
      livenessProbe:
        httpGet:
          path: /healthz
          port: management
        periodSeconds: 10
        timeoutSeconds: 5
        failureThreshold: 6
      readinessProbe:
        httpGet:
          path: /readyz
          port: management
        periodSeconds: 2
        timeoutSeconds: 2
      resources:
        {{- toYaml .config.resources | nindent 8 }}
      securityContext:
        {{- include "sluice.confined" . | nindent 8 }}
        readOnlyRootFilesystem: true
      volumeMounts:
        {{- include "sluice.mounts" . | nindent 8 }}
  volumes:
    {{- include "sluice.volumes" . | nindent 4 }}
    {{- if $beside }}
    {{- include "sluice.modelServerVolumes" . | nindent 4 }}
    {{- end }}
{{- end }}

{{- define "sluice.confined" -}}
allowPrivilegeEscalation: false
capabilities:
  drop:
    - ALL
{{- end }}

{{- define "sluice.mounts" -}}
- name: tmp
  mountPath: /tmp
{{- if include "sluice.secretSources" . }}
- name: secrets
  mountPath: /secrets
  readOnly: true
{{- end }}
{{- if eq .name "gateway" }}
{{- if eq .config.store "lucene" }}
- name: data
  mountPath: /data
{{- end }}
{{- else if .config.files.claim }}
- name: files
  mountPath: /models/files
  readOnly: true
  {{- with .config.files.subPath }}
  subPath: {{ . }}
  {{- end }}
{{- end }}
{{- end }}

{{- define "sluice.volumes" -}}
# Native libraries are unpacked here.
- name: tmp
  emptyDir:
    sizeLimit: 1Gi
{{- with include "sluice.secretSources" . | trim }}
# One volume, so that a secret that changes is seen without a restart.
- name: secrets
  projected:
    defaultMode: 288 # 0440
    sources:
      {{- . | nindent 6 }}
{{- end }}
{{- if eq .name "gateway" }}
{{- if and (eq .config.store "lucene") .config.lucene.claim }}
- name: data
  persistentVolumeClaim:
    claimName: {{ .config.lucene.claim }}
{{- end }}
{{- else if .config.files.claim }}
- name: files
  persistentVolumeClaim:
    claimName: {{ .config.files.claim }}
    readOnly: true
{{- end }}
{{- end }}

{{- define "sluice.secretSources" -}}
{{- range $file, $from := include "sluice.secrets" . | fromYaml }}
{{- if $from.secret }}
- secret:
    name: {{ $from.secret }}
    items:
      - key: {{ $from.key }}
        path: {{ $file }}
{{- end }}
{{- end }}
{{- end }}
