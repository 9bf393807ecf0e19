/** The zk-verify service of a node without circuits: it is there, it is well, and it says what is missing. */

import { service } from '@ron/kernel/contract/contract'
import type { zkVerify } from './contract.ts'

const NO_CIRCUITS =
  'this node was built without circuits, so there is nothing to verify against; run a build that has them, ' +
  'no setting turns them on'

export default service<typeof zkVerify>(async () => ({
  handle: {
    verify: (_request, { refuse }) => refuse('NotEnabled', NO_CIRCUITS),
    circuits: (_request, { refuse }) => refuse('NotEnabled', NO_CIRCUITS),
  },
  health: () => ({ state: 'ready' }),
  stop: async () => {},
}))
