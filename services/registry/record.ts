/** The changes of the registry as records of its journal. They were checked before they were recorded. */

import type { Descriptor } from '@ron/kernel/identity/descriptor'
import { descriptorText } from '@ron/kernel/identity/descriptor'
import { RecordReader, unknownKind } from '../record-reader.ts'
import { RecordWriter } from '../record-writer.ts'
import type { Directory } from './directory.ts'
import type { Entry } from './entry.ts'

const kinds = { put: 1, remove: 2 } as const
const idDigits = 64

export function putRecord({ node, name, descriptor, signature }: Entry): Uint8Array {
  const writer = new RecordWriter()
  writer.begin(kinds.put)
  writer.hex(node, idDigits)
  writer.text(name)
  writer.text(JSON.stringify(descriptor))
  writer.text(signature)
  return writer.end()
}

export function removeRecord(node: string): Uint8Array {
  const writer = new RecordWriter()
  writer.begin(kinds.remove)
  writer.hex(node, idDigits)
  return writer.end()
}

/** Does to the directory what the record says. */
export function apply(directory: Directory, record: Uint8Array): void {
  const reader = new RecordReader()
  const kind = reader.begin(record)
  if (kind !== kinds.put && kind !== kinds.remove) throw unknownKind(kind)
  const node = reader.hex(idDigits)
  if (kind === kinds.put) {
    const name = reader.text()
    const descriptor: Descriptor = JSON.parse(reader.text())
    const signature = reader.text()
    const bytes = descriptorText(descriptor).length + signature.length
    directory.put({ node, name, descriptor, signature, bytes })
  } else directory.remove(node)
  reader.end()
}
