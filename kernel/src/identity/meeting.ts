/**
 * How two nodes that meet prove who they are: each signs what the other one drew, who asks and who is asked, and on
 * which side it stands, so that no proof is of use in another meeting, to another node, or the other way round.
 *
 *     ron-meeting/1
 *     dials | answers            the side of whoever signs
 *     its node id
 *     the node id of the other
 *     the nonce of the one that dialled
 *     the nonce of the one that answered
 *
 * It proves that the key takes part now. It does not bind the connection: whoever sits between two nodes can hand
 * proofs on. Content is checked against its address all the same; for messages the line itself has to be safe.
 */

export interface Meeting {
  readonly side: 'dials' | 'answers'
  readonly signer: string
  readonly other: string
  /** 32 lower-case hex digits, both. */
  readonly dialNonce: string
  readonly answerNonce: string
}

export const nonceBytes = 16

const nonceForm = /^[0-9a-f]{32}$/

/** Whether it is one that a node may sign. */
export function isNonce(text: string): boolean {
  return nonceForm.test(text)
}

export function meetingText({ side, signer, other, dialNonce, answerNonce }: Meeting): string {
  return `ron-meeting/1\n${side}\n${signer}\n${other}\n${dialNonce}\n${answerNonce}\n`
}
