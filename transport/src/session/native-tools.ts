/** What sessions are made with in Node: its own cryptography, and the quickest ML-KEM there is. */

import { libOqs } from './ml-kem-liboqs.ts'
import { portableMlKem } from './ml-kem-portable.ts'
import { native } from './native.ts'
import { nativeMlKem } from './native-ml-kem.ts'
import { toolsOf, type SessionTools } from './tools.ts'

export async function nativeTools(): Promise<SessionTools> {
  return toolsOf(native, nativeMlKem() ?? (await libOqs().catch(() => portableMlKem)))
}
