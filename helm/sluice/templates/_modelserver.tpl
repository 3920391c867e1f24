{{/* A model server beside a service. As a sidecar it starts before the service and, when the pod
goes, lives until the service has drained. */}}

{{- define "sluice.modelServer" -}}
{{- $server := .config.modelServer }}
{{- $openai := eq $server.kind "openai" -}}
- name: model-server
  image: {{ $server.image | quote }}
  imagePullPolicy: {{ .root.Values.image.pullPolicy }}
  restartPolicy: Always
  {{- if not $openai }}
  command:
    - tritonserver
  {{- end }}
  args:
    {{- if not $openai }}
    - --model-repository=/models/repository
    # Only the service beside it calls it. Its HTTP port is open, since the node probes it.
    - --grpc-address=127.0.0.1
    {{- end }}
    {{- range $server.arguments }}
    - {{ . | quote }}
    {{- end }}
  env:
    # Where their libraries keep what they compile.
    - name: HOME
      value: /tmp
  ports:
    - name: http
      containerPort: 8000
    {{- if not $openai }}
    - name: inference
      containerPort: 8001
    - name: triton-metrics
      containerPort: 8002
    {{- end }}
  # The service waits for this one: loading the models may take long.
  startupProbe:
    httpGet:
      path: {{ ternary "/health" "/v2/health/ready" $openai }}
      port: http
    periodSeconds: 5
    failureThreshold: {{ div (add $server.startSeconds 4) 5 }}
  livenessProbe:
    httpGet:
      path: {{ ternary "/health" "/v2/health/live" $openai }}
      port: http
    periodSeconds: 10
    timeoutSeconds: 5
    failureThreshold: 6
  resources:
    {{- $gpus := dict }}
    {{- if $server.gpus }}
    {{- $gpus = dict $server.gpuResource (int $server.gpus | toString) }}
    {{- end }}
    {{- with $server.resources.requests }}
    requests:
      {{- toYaml . | nindent 6 }}
    {{- end }}
    {{- with merge $gpus ($server.resources.limits | default dict) }}
    limits:
      {{- toYaml . | nindent 6 }}
    {{- end }}
  # Its root file system can be written to: images of others write where they like.
  securityContext:
    {{- include "sluice.confined" . | nindent 4 }}
    runAsUser: {{ int64 $server.runAsUser }}
  volumeMounts:
    - name: model-server-tmp
      mountPath: /tmp
    - name: shared-memory
      mountPath: /dev/shm
    {{- if $server.repository.claim }}
    - name: repository
      mountPath: /models/repository
      readOnly: true
      {{- with $server.repository.subPath }}
      subPath: {{ . }}
      {{- end }}
    {{- end }}
{{- end }}

{{- define "sluice.modelServerVolumes" -}}
{{- $server := .config.modelServer -}}
- name: model-server-tmp
  emptyDir: {}
- name: shared-memory
  emptyDir:
    medium: Memory
    sizeLimit: {{ $server.sharedMemory }}
{{- with $server.repository.claim }}
- name: repository
  persistentVolumeClaim:
    claimName: {{ . }}
    readOnly: true
{{- end }}
{{- end }}
