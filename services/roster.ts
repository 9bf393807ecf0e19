/** Every service a node runs, one line each. Start order follows `uses`, so the lines stay sorted. */

export { audit } from './audit/contract.ts'
export { index } from './index/contract.ts'
export { mailbox } from './mailbox/contract.ts'
export { overlay } from './overlay/contract.ts'
export { peers } from './peers/contract.ts'
export { policy } from './policy/contract.ts'
export { registry } from './registry/contract.ts'
export { storage } from './storage/contract.ts'
export { zkVerify } from './zk-verify/contract.ts'
