/** Takes what may be a secret out of a text: known ones, and whatever looks like a capability. Pure. */

const put = '[taken out]'
/** libmacaroons v2 in base64url: a version byte of 2 and a tag, 1 for a location or 2 for an identifier. */
const macaroon = /\bAg[EI][A-Za-z0-9_-]{40,}={0,2}/g
const bearer = /\b(bearer\s+)[A-Za-z0-9._~+/=-]{8,}/gi
const pem = /-----BEGIN [A-Z ]*PRIVATE KEY-----[^]*?-----END [A-Z ]*PRIVATE KEY-----/g
/** Shorter ones would be found everywhere. */
const knownLeast = 8

export function withoutTokens(text: string, known: readonly string[]): string {
  const secrets = known.filter((secret) => secret.length >= knownLeast)
  const rid = secrets.reduce((left, secret) => left.replaceAll(secret, put), text)
  return rid.replaceAll(pem, put).replaceAll(macaroon, put).replaceAll(bearer, `$1${put}`)
}
