/** The acceptance gates of the micronode: §2 of its blueprint, in its order. */

import type { Gate } from './gate.ts'
import { allTests, bench, fuzz, models, program, tests } from './steps.ts'

export const micronode: readonly Gate[] = [
  {
    id: 'micro-1',
    title: 'Tests, fuzzing, models and amnesia',
    demand:
      'Unit and property tests, OAP fuzz, loom; amnesia proofs: zero writes, buffers zeroized on shutdown',
    steps: [
      allTests(
        ['kernel', 'services', 'transport', 'admin', 'sdk'],
        'every part does what its unit and property tests say',
      ),
      fuzz('no bytes break the readers of OAP', 'transport/oap'),
      models('no order of events breaks a law of the kernel’s state machines'),
      tests('proofs/amnesia', 'a loaded micronode writes to no file, as the system saw it'),
      tests(
        'proofs/prove-amnesia',
        'what the node owns of its memory is overwritten, and a proof that fails says so',
      ),
      tests(
        'proofs/storage-restart',
        'what storage kept is overwritten at the end, also when its thread hangs',
        /^when the node ends, what storage kept is overwritten/,
      ),
    ],
    lacks: [],
  },
  {
    id: 'micro-2',
    title: 'Admin parity and golden metrics',
    demand: 'The diff of the admin plane against the macronode is checked in; golden metrics are exported',
    steps: [
      tests('proofs/golden', 'metrics and the parity diff are those that were checked in'),
      tests('proofs/admin', 'both profiles answer alike, and promtool accepts the metrics'),
    ],
    lacks: [],
  },
  {
    id: 'micro-3',
    title: 'Readiness under pressure',
    demand: 'Readiness reflects degraded and shed modes under quota and backpressure',
    steps: [
      tests('proofs/degraded', 'a node without time sheds in order, says so, and comes back'),
      tests(
        'proofs/supervision',
        'a service that is down is named by /readyz',
        /held down/,
        /is back, and its cause/,
      ),
    ],
    lacks: [],
  },
  {
    id: 'micro-4',
    title: 'Service levels',
    demand: 'The bench meets the SLOs of §7 with a harness that anybody can run again',
    steps: [
      bench(
        'levels',
        'a node is ready within 2 s, /readyz answers within 20 ms, and each facet within its level',
        1,
        /^micronode: start/,
        /^micronode: \/readyz/,
        /^micronode: neighbors/,
        /^micronode: search/,
        /^micronode: a post in the homes/,
        /^micronode: range start/,
        /^micronode: an admission decision/,
      ),
      bench('pq', 'a hybrid session makes a connection at most a fifth slower', 1, /WebSocket and HELLO/),
      tests('proofs/pq', 'the hybrid handshake is negotiated'),
    ],
    lacks: [],
  },
]

/** What is beyond both blueprints' lists and named in their invariants. */
export const layout = program(
  'nothing imports what its room may not, and no lookup among many nodes is in it',
  ['scripts/tidy.mjs'],
  120,
)
