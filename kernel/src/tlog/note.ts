/**
 * Notes signed with Ed25519, as C2SP signed-note has them: a text, an empty line, and a line for each signature.
 * A text counts only once a key that one trusts has signed it, so there is no way to read one without keys.
 *
 *     example.com/log                                      the text
 *     …
 *
 *     — example.com/log Az3grlgt…=                         name, base64(key id ‖ signature)
 *
 *     key id = SHA-256(name ‖ "\n" ‖ 0x01 ‖ public key)[:4]
 */

import { createPrivateKey, createPublicKey, hash, sign, verify, type KeyObject } from 'node:crypto'
import { TlogError } from './error.ts'

/** A key by what a verifier needs of it. */
export interface NoteKey {
  readonly name: string
  /** Four bytes, the high one first, that tell keys of one name apart. */
  readonly id: number
  /** 32 bytes, RFC 8032. */
  readonly publicKey: Uint8Array
}

export interface NoteSigner {
  readonly key: NoteKey
  /** The whole note. `text` ends with a line break. */
  sign(text: string): string
  /** The line of its signature alone, with its line break. */
  line(text: string): string
}

const algorithm = 1
const publicKeyBytes = 32
const idBytes = 4
const noteBytesMax = 64 * 1024
/** Signatures that are looked at; a note may have others. */
const signaturesMax = 64
/** What comes before the key itself in the encodings of RFC 8410. */
const prefixes = {
  seed: Buffer.from('302e020100300506032b657004220420', 'hex'),
  publicKey: Buffer.from('302a300506032b6570032100', 'hex'),
}
/** No white space, no plus, nothing that moves a cursor. */
const keyName = /^[^\s+\p{Z}\p{Cc}\p{Cf}]{1,200}$/u

export function isKeyName(name: string): boolean {
  return keyName.test(name)
}

/** The private key that 32 random bytes stand for. Its encoding on the way there is overwritten. */
export function keyFromSeed(seed: Uint8Array): KeyObject {
  const encoded = Buffer.concat([prefixes.seed, seed])
  try {
    return createPrivateKey({ key: encoded, format: 'der', type: 'pkcs8' })
  } finally {
    encoded.fill(0)
  }
}

export function publicKeyOfSeed(seed: Uint8Array): Uint8Array {
  return rawPublicKey(keyFromSeed(seed))
}

/** Throws a `TlogError` for a key that is no private Ed25519 key, or a name that no key may have. */
export function noteSigner(name: string, privateKey: KeyObject): NoteSigner {
  if (privateKey.type !== 'private' || privateKey.asymmetricKeyType !== 'ed25519')
    throw new TlogError('the key is no private Ed25519 key')
  return signerWith(name, rawPublicKey(privateKey), (message) => sign(null, message, privateKey))
}

/** The same for a private key that is kept elsewhere. `signed` makes an Ed25519 signature of 64 bytes. */
export function signerWith(
  name: string,
  publicKey: Uint8Array,
  signed: (message: Uint8Array) => Uint8Array,
): NoteSigner {
  const key = noteKey(name, publicKey)
  const line = (text: string) => {
    const signature = Buffer.concat([bigEndian(key.id), signed(Buffer.from(text))])
    return `— ${name} ${signature.toString('base64')}\n`
  }
  return { key, line, sign: (text) => noteOf(text, [line(text)]) }
}

/** A text under the signatures of several keys, of which a reader needs to know one. */
export function noteOf(text: string, lines: readonly string[]): string {
  return `${text}\n${lines.join('')}`
}

/** A key as verifiers are given it: `name+id+base64(0x01 ‖ public key)`. */
export function verifierKey({ name, id, publicKey }: NoteKey): string {
  const encoded = Buffer.concat([Uint8Array.of(algorithm), publicKey]).toString('base64')
  return `${name}+${bigEndian(id).toString('hex')}+${encoded}`
}

/** Throws a `TlogError` that says what is wrong with it. */
export function parseVerifierKey(text: string): NoteKey {
  const [, name = '', id = '', encoded = ''] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(text) ?? []
  const bytes = fromBase64(encoded)
  if (name === '' || bytes[0] !== algorithm || bytes.length !== 1 + publicKeyBytes)
    throw new TlogError('a verifier key is name+id+base64, of an Ed25519 key')
  const key = noteKey(name, bytes.subarray(1))
  if (key.id !== Number.parseInt(id, 16))
    throw new TlogError(`the key of ${name} does not have the id ${id}; a part of it was changed`)
  return key
}

/**
 * The text of a note that at least one of these keys has signed. Throws a `TlogError` when none has, when one of
 * them has signed something else, and for what is no note at all.
 */
export function openNote(note: string, keys: readonly NoteKey[]): string {
  if (note.length > noteBytesMax) throw new TlogError(`a note has at most ${noteBytesMax} characters`)
  const at = note.lastIndexOf('\n\n')
  if (at < 0 || !note.endsWith('\n') || hasControl(note)) throw new TlogError('this is no signed note')
  const text = note.slice(0, at + 1)
  const lines = note.slice(at + 2, -1).split('\n')
  if (lines.length > signaturesMax) throw new TlogError(`the note has more than ${signaturesMax} signatures`)
  const signed = lines.map((line) => keySigning(line, text, keys))
  if (signed.some((key) => key !== null)) return text
  const known = keys.map(({ name }) => name).join(', ')
  throw new TlogError(`the note is not signed by ${known}`)
}

/** Null for a signature of a key that is not among these. */
function keySigning(line: string, text: string, keys: readonly NoteKey[]): NoteKey | null {
  const [, name = '', encoded = ''] = /^— (\S+) (\S+)$/.exec(line) ?? []
  const bytes = fromBase64(encoded)
  if (!isKeyName(name) || bytes.length <= idBytes) throw new TlogError('a signature line of the note is none')
  const key = keys.find((each) => each.name === name && each.id === bytes.readUInt32BE(0))
  if (key === undefined) return null
  if (verify(null, Buffer.from(text), publicKeyOf(key), bytes.subarray(idBytes))) return key
  throw new TlogError(`the signature of ${name} does not fit the note`)
}

/** Nothing for what is not written in the one way there is, so that no two notes have one meaning. */
function fromBase64(text: string): Buffer {
  const bytes = Buffer.from(text, 'base64')
  return bytes.toString('base64') === text ? bytes : Buffer.alloc(0)
}

/** Whether it has any ASCII control character but line breaks. */
function hasControl(note: string): boolean {
  return Array.from(note).some((character) => character < ' ' && character !== '\n')
}

function noteKey(name: string, publicKey: Uint8Array): NoteKey {
  if (!isKeyName(name)) throw new TlogError(`a key cannot be named ${JSON.stringify(name)}`)
  const described = Buffer.concat([Buffer.from(`${name}\n`), Uint8Array.of(algorithm), publicKey])
  return { name, id: hash('sha256', described, 'buffer').readUInt32BE(0), publicKey }
}

/** Throws for a key of another kind than `noteSigner` takes. */
function rawPublicKey(privateKey: KeyObject): Uint8Array {
  const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' })
  return spki.subarray(prefixes.publicKey.length)
}

function publicKeyOf({ publicKey }: NoteKey): KeyObject {
  return createPublicKey({ key: Buffer.concat([prefixes.publicKey, publicKey]), format: 'der', type: 'spki' })
}

function bigEndian(id: number): Buffer {
  const bytes = Buffer.alloc(idBytes)
  bytes.writeUInt32BE(id)
  return bytes
}
