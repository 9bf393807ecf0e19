/** The feeds alone, in a process of their own: told how many follow, it tells what that takes. */

import { tell, told } from '../rig/apart.ts'
import { growth } from './engine.ts'

tell(await growth(told<number>()))
