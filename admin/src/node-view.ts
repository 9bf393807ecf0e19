/** What the operator's door sees of a node. The composer fills it in; nothing here can change the node. */

export interface NodeView {
  version(): VersionInfo
  readiness(): ReadinessView
  status(): StatusView
  /** The text format 0.0.4 of Prometheus, or OpenMetrics 1.0, which has exemplars. */
  metrics(format: 'text' | 'openmetrics'): Promise<{ readonly contentType: string; readonly text: string }>
}

export interface VersionInfo {
  /** `micronode` or `macronode` */
  readonly name: string
  readonly version: string
  readonly git_sha: string
  /** Of Node.js. */
  readonly node: string
  /** Of native modules. */
  readonly abi: string
  /** The socket driver, `name@version`. */
  readonly driver: string
  /** `off`, or the oldest version that is spoken. */
  readonly tls: string
  /** Groups that TLS agrees on keys with, in the order of preference; none where it is off. */
  readonly tls_groups: readonly string[]
  readonly features: readonly string[]
  /** Whether post-quantum sessions are opened. */
  readonly pq: boolean
  /** Whether proofs are verified. */
  readonly zk: boolean
  readonly amnesia: boolean
  /** Whether the runtime denies the process writes to files. */
  readonly writes_denied: boolean
  /** Left out where no circuit is named. */
  readonly zk_circuits?: readonly ZkCircuitView[]
  /** Left out where no post-quantum sessions are opened. */
  readonly pq_session?: PqView
}

/** What post-quantum sessions are opened with. */
export interface PqView {
  readonly mode: 'hybrid'
  /** Whether operations without one are refused. */
  readonly required: boolean
  readonly kem: string
  readonly kdf: string
  readonly aead: string
  /** What computes ML-KEM: Node itself, WebAssembly, or plain code. */
  readonly ml_kem: 'node:crypto' | 'liboqs' | 'noble'
  /** What signs for the node: both of them have to. */
  readonly identity: string
  /** What computes ML-DSA: Node itself, or plain code. */
  readonly ml_dsa: 'node:crypto' | 'noble'
  /** The id of the key that is offered now. */
  readonly key: string
  /** RFC 3339. */
  readonly key_expires: string
  /** The id of the node that signed it, of both of its keys, for clients to pin. */
  readonly node: string
  /** The id of its Ed25519 key alone, by which peers know it. */
  readonly node_ed25519: string
}

export interface ZkCircuitView {
  readonly circuit: string
  readonly self_test: 'passed' | 'failed'
  /** Why it is not verified for; empty when it is. */
  readonly because: string
  /** RFC 3339. */
  readonly tested: string
}

export interface ReadinessView {
  readonly ready: boolean
  readonly gates: Readonly<Record<string, { readonly ok: boolean; readonly because: string }>>
  readonly missing: readonly string[]
  /** Features that are not served while the node is overloaded. */
  readonly shed: readonly string[]
  readonly zkCircuits: readonly ZkCircuitView[]
  /** Null where no post-quantum sessions are opened. */
  readonly pq: PqView | null
}

export interface StatusView {
  readonly profile: string
  readonly version: string
  readonly phase: string
  readonly ready: boolean
  readonly uptime_seconds: number
  readonly amnesia: boolean
  readonly node_addr: string
  readonly admin_addr: string
  readonly connections: number
  readonly services: readonly ServiceView[]
}

export interface ServiceView {
  readonly name: string
  readonly need: 'required' | 'optional'
  /** `running`, `starting`, `ending`, `waiting` (for its next restart), `stopping` or `stopped`. */
  readonly phase: string
  readonly health: 'healthy' | 'degraded' | 'down'
  /** Why it is not healthy; empty when it is. */
  readonly because: string
  readonly ready: boolean
  readonly restart_count: number
  /** Null when it never failed. */
  readonly last_failure: FailureView | null
  readonly inbox_depth: number
}

export interface FailureView {
  /** `throw`, `rejection`, `exit`, `out-of-memory`, `hang`, `slow-start` or `unmade`. */
  readonly cause: string
  readonly because: string
  /** RFC 3339. */
  readonly at: string
  /** How long nobody could use the service; null while that lasts. */
  readonly down_ms: number | null
}
