/** The text of an IP address from its bytes, one spelling for each address. It knows no sockets. */

/** 4 or 16 bytes → text; empty for anything else, such as a peer that is already gone. */
export function addressText(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.')
  if (bytes.length !== 16) return ''
  // A dual-stack socket shows IPv4 peers inside ::ffff:0:0/96 (RFC 4291 §2.5.5.2).
  const mapped = bytes.subarray(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff && bytes[11] === 0xff
  return mapped ? bytes.subarray(12).join('.') : ipv6Text(bytes)
}

/** RFC 5952 §4: lower case, no leading zeros, the longest run of zero groups (the first of equals) as `::`. */
function ipv6Text(bytes: Uint8Array): string {
  const groups = Array.from({ length: 8 }, (_, i) => ((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0))
  const words = groups.map((group) => group.toString(16))
  const { start, length } = longestZeros(groups)
  if (length < 2) return words.join(':')
  return `${words.slice(0, start).join(':')}::${words.slice(start + length).join(':')}`
}

function longestZeros(groups: readonly number[]): { start: number; length: number } {
  let longest = { start: 0, length: 0 }
  let start = 0
  for (const [i, group] of groups.entries()) {
    if (group !== 0) start = i + 1
    else if (i + 1 - start > longest.length) longest = { start, length: i + 1 - start }
  }
  return longest
}
