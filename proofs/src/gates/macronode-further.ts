/** The acceptance gates of the macronode, A-M11 to A-M20. */

import type { Gate } from './gate.ts'
import { layout } from './micronode.ts'
import { bench, fuzz, soak, tests } from './steps.ts'

export const macronodeFurther: readonly Gate[] = [
  {
    id: 'A-M11',
    title: 'Fuzz and red team',
    demand: 'Fuzzed policy and frames, quota storms, policy outage: it fails securely and does not melt',
    steps: [
      fuzz('no input breaks a property of any reader'),
      tests('proofs/hostile', 'noise on every door is answered or closed, and never a fault'),
      tests('proofs/redteam-*', 'storms, outages and attacks are borne'),
    ],
    lacks: [],
  },
  {
    id: 'A-M12',
    title: 'Profile interop',
    demand:
      'Round trips between macronode and micronode; versions of what is exchanged are honoured; no drift',
    steps: [
      tests('proofs/peers', 'one program runs from each profile to the other'),
      tests('proofs/oap', 'the wire is OAP/1, and unknown fields are refused by name'),
      tests('proofs/release-vectors', 'the bytes are those of earlier releases'),
    ],
    lacks: [],
  },
  {
    id: 'A-M13',
    title: 'The /version surface',
    demand: 'It has git SHA, version, features and PQ/ZK flags',
    steps: [
      tests('proofs/admin', 'it is there on both profiles', /golden endpoints/, /answer alike/),
      tests('proofs/pq', 'its PQ flag is that of what is in force', /says what is in force/),
      tests('proofs/zk-operating', 'its ZK flag is that of the circuits it names', /is in \/readyz/),
      tests('proofs/commands', 'the command says the same', /^version says/),
      tests('proofs/golden', 'its members are those that were checked in'),
    ],
    lacks: [],
  },
  {
    id: 'A-M14',
    title: 'Feature matrix',
    demand: 'Green with every feature on and off, and with amnesia on and off',
    steps: [
      tests(
        'proofs/feature-matrix',
        'a node does its work with each pair of what can be switched, on and off',
      ),
      tests('proofs/matrix/pairwise', 'no pair is left out'),
      tests('proofs/drivers', 'both socket drivers serve everything'),
    ],
    lacks: ['there is no Tor transport (`arti`), on or off'],
  },
  {
    id: 'A-M15',
    title: 'Unix socket permissions',
    demand: 'Directory 0700, socket 0600, an allow-list by peer credentials',
    steps: [
      tests('proofs/unix-socket', 'who may connect is held by modes and by credentials'),
      tests('kernel/system/private-socket', 'no folder and no name that is not this user’s alone is taken'),
      tests('kernel/compose/places', 'whose user cannot be told is on no list'),
    ],
    lacks: [],
  },
  {
    id: 'A-M16',
    title: '24 h soak',
    demand: 'No leak of descriptors, memory within 10 %, p99 within its SLO under 10,000 sessions',
    steps: [soak('nothing that a node holds grows, and 10,000 sessions leave the load its p99')],
    lacks: [],
  },
  {
    id: 'A-M17',
    title: 'Deny drift',
    demand: 'No package that is not pinned; the overlay has no distributed lookup',
    steps: [
      layout,
      tests('proofs/pinned', 'every package is one exact version'),
      tests('proofs/peers', 'a node that names no peers connects to no other', /connects to no other$/),
    ],
    lacks: [],
  },
  {
    id: 'A-M18',
    title: 'Verifier proofs',
    demand:
      'Good and bad proofs of each circuit; batches within 15 ms a proof; no witness logged; keys pinned',
    steps: [
      tests('proofs/zk', 'a proof holds for its nonce and for no other'),
      tests('proofs/zk-caveat', 'capabilities ask for proofs, and no witness is in any log'),
      tests('proofs/zk-operating', 'each circuit is tested with a good and a bad proof'),
      tests('services/zk-verify/self-test', 'a verifier that takes a bad proof is closed'),
      tests('proofs/zk-stark', 'the transparent system holds too'),
      bench('zk', 'a proof in a batch within 15 ms', 0.1, /^a proof/),
    ],
    lacks: [],
  },
  {
    id: 'A-M19',
    title: 'Economic integrity',
    demand: 'Double spends and replays fail; sums are conserved; inclusion in the audit log can be verified',
    steps: [
      tests('proofs/audit', 'inclusion is proven and verified offline', /verified/),
      tests('kernel/tlog/check-log', 'a log that its checkpoint does not sign is found out'),
      tests('kernel/tlog/tree', 'a proof of inclusion proves nothing else'),
    ],
    lacks: ['there is no ledger service, so nothing is spent'],
  },
  {
    id: 'A-M20',
    title: 'Documentation runs',
    demand: 'Quickstarts and runbooks do as they are printed',
    steps: [
      tests('proofs/readme', 'the lines of the README work'),
      tests('proofs/quickstart', 'the banner and the snippet of the blueprint work'),
      tests('proofs/media', 'the lines of docs/MEDIA.md work', /MEDIA\.md/),
      tests('proofs/ronctl-checks', 'every command has its help', /help/, /docs\/OPERATING\.md/),
    ],
    lacks: [],
  },
]
