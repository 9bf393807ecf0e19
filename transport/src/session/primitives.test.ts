import { native } from './native.ts'
import { portable } from './portable.ts'
import { primitivesSuite } from './primitives.suite.ts'

primitivesSuite('native', native)
primitivesSuite('portable', portable)
