/** What sessions are made with in Node: its own cryptography, and the quickest ML-KEM and ML-DSA there are. */

import { libOqs } from './ml-kem-liboqs.ts'
import { portableMlKem } from './ml-kem-portable.ts'
import { portableMlDsa } from './ml-dsa-portable.ts'
import { native } from './native.ts'
import { nativeMlDsa } from './native-ml-dsa.ts'
import { nativeMlKem } from './native-ml-kem.ts'
import { toolsOf, type SessionTools } from './tools.ts'

export async function nativeTools(): Promise<SessionTools> {
  const mlKem = nativeMlKem() ?? (await libOqs().catch(() => portableMlKem))
  return toolsOf(native, mlKem, nativeMlDsa() ?? portableMlDsa)
}
