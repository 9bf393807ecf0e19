/** The acceptance gates of the macronode, the first ten: §4 of its blueprint, in its order. */

import type { Gate } from './gate.ts'
import { allTests, bench, models, program, soak, tests } from './steps.ts'

export const macronode: readonly Gate[] = [
  {
    id: 'A-M1',
    title: 'Readiness correctness',
    demand: 'Kill and restore a required service: /readyz flips; health reflects dependencies',
    steps: [
      tests('proofs/supervision', '/readyz goes false with a service and true with it, and names it'),
      tests('kernel/readiness/readiness', 'a node is ready when every gate is open at once'),
      tests('proofs/drain', 'a node that ends turns unready first', /turns unready/),
    ],
    lacks: [],
  },
  {
    id: 'A-M2',
    title: 'Backpressure',
    demand:
      'At 1.5 × p95 load bounded queues hold; 429 and 503 below 5 %, with Retry-After; p99 within its envelope',
    steps: [
      tests(
        'proofs/wall',
        'one request too many is refused with 429 and when to come back',
        /in flight/,
        /quota/,
      ),
      tests('proofs/caps', 'clients beyond a limit are refused or closed'),
      tests('proofs/tenants', 'a tenant past its quota is told when to come back'),
      bench(
        'overload',
        'at 1.5 times what a node is meant for few are refused and p99 holds; far beyond, whoever is refused is told when to come',
        0.1,
        /times what the node is meant for: refused$/,
        /times what the node is meant for: p99$/,
        /at 3 ×: refused without Retry-After$/,
        /times what the node is meant for: neither served nor refused$/,
        /memory after overload$/,
      ),
    ],
    lacks: [],
  },
  {
    id: 'A-M3',
    title: 'Chaos drill',
    demand:
      'Induced crashes: median restart below 1 s, no deadlock, nothing held across a wait on supervisory paths',
    steps: [
      program(
        'services die in every way under load, and nothing acknowledged is lost',
        ['scripts/drill.mjs'],
        900,
      ),
      tests('proofs/supervision', 'crash, hang and slow start are told apart and survived'),
      tests('kernel/supervisor/backoff', 'what fails again waits longer, to a bound'),
      tests('kernel/supervisor/supervise', 'it waits no less and no longer than it has to'),
      tests('kernel/supervisor/services', 'what rebuilds is not ready, and what fell is said to be down'),
      models('supervision has no order of events that breaks a law'),
      bench('restarts', 'the median restart is below one second', 0.1, /, p50$/),
    ],
    lacks: [],
  },
  {
    id: 'A-M4',
    title: 'Policy wall',
    demand: 'Who is not authorised is denied; the audit log has rule and refusal',
    steps: [
      tests('proofs/wall', 'every operation asks for its own verb, and the refusal names its rule'),
      tests('proofs/audit', 'a refusal is on record by rule and code', /^who may not is on record/),
      tests('proofs/invisible', 'nothing of one tenant shows to another'),
    ],
    lacks: [],
  },
  {
    id: 'A-M5',
    title: 'TLS and post-quantum sanity',
    demand: 'TLS is validated; PQ is told by /version and /readyz; nothing falls back to other suites',
    steps: [
      tests('proofs/tls', 'approved suites alone, and a pair that is not sound refuses the start'),
      tests('proofs/tls-reload', 'a pair that is not sound never replaces one that is'),
      tests('proofs/redteam-tls', 'clients of another authority, or of another time, are let in nowhere'),
      tests('proofs/pq', 'hybrid key agreement is negotiated, told, and its downgrades are counted'),
      tests('proofs/pq-between', 'nobody between changes, repeats or leaves out what is said'),
      tests('transport/session/records', 'each record has a nonce of its own, and its turn'),
      tests('transport/session/agreement', 'keys are of all that both sides saw'),
      tests('sdk/sessions', 'a client takes the node that it knows, and no key that nobody should use'),
    ],
    lacks: [],
  },
  {
    id: 'A-M6',
    title: 'Observability',
    demand: 'Exemplars and trace ids propagate; cardinality keeps its budget; scrapes are stable for 24 h',
    steps: [
      tests('proofs/admin', 'metrics have no route of a client, and logs no secret'),
      tests('proofs/golden', 'names, types and labels are those that were checked in'),
      tests('proofs/ronctl-tail', 'a request is found again by each of its ids', /each of its ids/),
      tests(
        'proofs/exemplars',
        'an exemplar, a log line and an explanation are of one trace; Prometheus keeps it',
      ),
      soak('scrapes go on through a soak'),
    ],
    lacks: [],
  },
  {
    id: 'A-M7',
    title: 'Upgrade drill',
    demand: 'Blue/green without data loss, within the error budget; version skew is tolerated',
    steps: [
      tests('proofs/hand-over', 'a new node takes over under load, and no request fails'),
      tests('proofs/hand-over-state', 'it gets all that the old one keeps'),
      tests('proofs/release-vectors', 'what earlier releases wrote is read and said alike'),
      tests('proofs/upgrade.drill', 'the release before and this one take over from each other'),
    ],
    lacks: [],
  },
  {
    id: 'A-M8',
    title: 'Amnesia',
    demand: 'No residue on disk; secret memory zeroized; a cold start is like the first',
    steps: [
      tests('proofs/amnesia', 'nothing is written to any file'),
      tests('proofs/prove-amnesia', 'files, ends, memory and the next start, in a signed report'),
      tests('kernel/compose/near-storage', 'what was read of late is overwritten as well', /overwritten/),
      tests('proofs/confined', 'the runtime denies writes where it can, and /version says so'),
      tests('proofs/commands', 'what contradicts amnesia refuses to start', /^what this build cannot do yet/),
    ],
    lacks: [],
  },
  {
    id: 'A-M9',
    title: 'Facet service levels',
    demand: 'Feed p95 ≤ 2 s at 10k followers, graph ≤ 50 ms, search ≤ 150 ms, media range start ≤ 100 ms',
    steps: [
      bench(
        'levels',
        'feed, graph, search and media keep their levels',
        1,
        /^macronode: a post in the homes of 10,000 followers/,
        /^macronode: neighbors/,
        /^macronode: search/,
        /^macronode: range start/,
      ),
    ],
    lacks: [],
  },
  {
    id: 'A-M10',
    title: 'Concurrency proofs',
    demand: 'A model of supervision and readiness holds; channels are bounded',
    steps: [
      models('supervision, readiness, rings, bus and calls hold in every order, and every mutant is caught'),
      allTests(['loom-sim'], 'the checker finds what is planted, and histories of a whole node hold'),
    ],
    lacks: [],
  },
]
