/**
 * Keeps secrets out of what people read. Callers never log tokens, payloads or keys; this is the second
 * fence, for the day one of them does. It knows the shapes of tokens and the names of fields that hold
 * them, and prefers to hide too much.
 */

export const REDACTED = '[redacted]'

/** Text longer than this is cut before it is searched, so that a line costs a bounded time. */
export const SEARCHED_LENGTH_MAX = 16 * 1024

/**
 * Shapes of tokens. None is anchored on its left: a token glued to other text is still a token. A v2
 * macaroon begins with the bytes 02 01 (location) or 02 02 (identifier), so its Base64 with AgE or AgI.
 */
const SHAPES: readonly RegExp[] = [
  /Ag[EI][A-Za-z0-9+/_-]{16,}={0,2}/g,
  /020[12][0-9a-fA-F]{76,}/g,
  // A v1 macaroon: packets that begin with four hex digits of length, the first of them "00".
  /MD(?:A[w-z0-5]|B[h-m])[A-Za-z0-9+/_-]{16,}={0,2}/g,
  // Base64 of `{"`: a JWT, or a macaroon in its JSON form.
  /eyJ[A-Za-z0-9+/_-]{16,}={0,2}(?:\.[A-Za-z0-9_-]*){0,4}/g,
  /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[^-]*(?:-----END [A-Z ]{0,40}PRIVATE KEY-----)?/g,
]

/** `Bearer …`: the scheme stays, what follows goes. Prose has no word of twenty such letters. */
const AUTHORIZED = /\b((?:bearer|basic|macaroon)\s{1,4})[A-Za-z0-9+/=_.~-]{20,}/gi

/** `token=…`, `"secret": "…"`: the name stays, the value goes, however short. */
const NAMED =
  /\b((?:token|secret|password|passwd|cap|capability|macaroon|authorization|cookie|[sil]64|(?:access|api|private|root|secret|signing)_?(?:key|token))["']?\s{0,4}[:=]\s{0,4}["']?(?:(?:bearer|basic|macaroon)\s{1,4})?)[^\s"',;&)}]+/gi

const SECRET_WORDS: ReadonlySet<string> = new Set([
  'authorization',
  'cap',
  'capability',
  'cookie',
  'credential',
  'credentials',
  'key',
  'keys',
  'macaroon',
  'passphrase',
  'password',
  'passwd',
  'secret',
  'secrets',
  'token',
  'tokens',
  'witness',
])

/** The text with everything that looks like a token replaced. */
export function redactText(text: string): string {
  let clean = text.length <= SEARCHED_LENGTH_MAX ? text : withoutCutWord(text.slice(0, SEARCHED_LENGTH_MAX))
  for (const shape of SHAPES) clean = clean.replace(shape, REDACTED)
  return clean.replace(AUTHORIZED, `$1${REDACTED}`).replace(NAMED, `$1${REDACTED}`)
}

/** Whether a field of this name holds a secret: its last word says so. `capability_id` and `key_count` do not. */
export function isSecretName(name: string): boolean {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
  return SECRET_WORDS.has(words.findLast((word) => word !== '') ?? '')
}

/** Cutting may leave the head of a token that is too short to be known as one: the cut word goes whole. */
function withoutCutWord(text: string): string {
  let end = text.length
  while (end > 0 && /[A-Za-z0-9+/=_.-]/.test(text.charAt(end - 1))) end -= 1
  return text.slice(0, end)
}
