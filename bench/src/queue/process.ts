/** A mailbox in a process of its own: told how many messages of how many bytes, it tells what one of them takes. */

import { tell, told } from '../rig/apart.ts'
import { grow } from './growth.ts'

const { messages, bytes } = told<{ readonly messages: number; readonly bytes: number }>()
tell(await grow(messages, bytes))
