/** The control protocol: HELLO and CANCEL, which need no capability and are answered at once. */

import { Refusal } from '@ron/kernel/contract/refusals'
import { noBytes } from '../oap/bytes.ts'
import { cancelCode, readCancel } from '../oap/control.ts'
import { helloReplyPayload, readHello, type HelloReply } from '../oap/hello.ts'

/** The payload of the answer. Throws a refusal for what is not of this protocol. */
export function controlled(
  code: number,
  payload: Uint8Array,
  hello: HelloReply,
  cancel: (corrId: bigint) => void,
): Uint8Array {
  if (code === cancelCode) {
    cancel(readCancel(payload))
    return noBytes
  }
  if (code === 0) {
    readHello(payload)
    return helloReplyPayload(hello)
  }
  throw new Refusal('NotFound', `the control protocol has no operation ${code}; 0 is HELLO, 1 is CANCEL`)
}
