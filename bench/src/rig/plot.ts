/**
 * A facet's rows as an SVG picture: for each a bar of ours, a bar of the peer below it, and a mark where the limit is.
 * Units differ from row to row, so each row has a scale of its own, from nothing to the largest of the three.
 *
 *     GET 1 KiB          ▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▏      45,000 requests/s
 *                        ▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇   50,000 bare uWebSockets.js
 */

import { figure } from './figures.ts'
import { absent, type Row } from './rows.ts'

/** For the names of rows; more where one is long, at about so much a letter. */
const namesMin = 330
const letterWidth = 6.6
const bars = 330
const values = 300
const [top, rowHeight, barHeight] = [48, 44, 13]
const colours = { ours: '#2563a8', void: '#b9c4d0', peer: '#c98b2b', limit: '#b3261e', text: '#1c1c1c' }

export function plot(title: string, rows: readonly Row[]): string {
  const longest = Math.max(0, ...rows.map(({ work }) => work.length))
  const names = Math.max(namesMin, Math.ceil(longest * letterWidth) + 20)
  const [width, height] = [names + bars + values, top + rows.length * rowHeight + 12]
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12" fill="${colours.text}">`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    text(12, 24, title, 'font-size="16" font-weight="bold"'),
    ...rows.map((row, at) => group(row, names, top + at * rowHeight)),
    '</svg>',
    '',
  ].join('\n')
}

function group(row: Row, names: number, y: number): string {
  const { work, unit, ours, peer, ok } = row
  const theirs = peer?.value ?? null
  const mark = limitIn(row)
  const most = Math.max(...[ours, theirs ?? 0, mark ?? 0].filter(Number.isFinite))
  const lengthOf = (value: number) => (most > 0 && Number.isFinite(value) ? (value / most) * bars : 0)
  const isVoid = row.void !== undefined && row.void !== null
  const told = isVoid ? ' (void)' : ok === null ? '' : ok ? ' ✓' : ' ✗'
  const pieces = [
    text(names - 10, y + 11, work, 'text-anchor="end"'),
    bar(names, y, lengthOf(ours), isVoid ? colours.void : colours.ours),
    text(names + bars + 10, y + 11, `${figure(ours)} ${unit}${told}`),
  ]
  if (peer !== null) {
    const value = theirs === null ? absent : figure(theirs)
    pieces.push(
      bar(names, y + barHeight + 2, theirs === null ? 0 : lengthOf(theirs), colours.peer),
      text(names + bars + 10, y + barHeight + 13, `${value} ${peer.name}`),
    )
  }
  if (mark !== null) {
    const x = round(names + lengthOf(mark))
    pieces.push(
      `<line x1="${x}" x2="${x}" y1="${y - 3}" y2="${y + 2 * barHeight + 5}" stroke="${colours.limit}" stroke-width="2"/>`,
    )
  }
  return `<g>${pieces.join('')}</g>`
}

/** In the unit of the row; null where it has none, or depends on a peer that is absent. */
function limitIn({ limit, peer }: Row): number | null {
  if (limit === null || limit.of === 'ours') return limit?.value ?? null
  return peer === null || peer.value === null ? null : limit.value * peer.value
}

function bar(x: number, y: number, length: number, colour: string): string {
  return `<rect x="${x}" y="${y}" width="${round(length)}" height="${barHeight}" fill="${colour}"/>`
}

function text(x: number, y: number, content: string, attributes = ''): string {
  return `<text x="${x}" y="${y}"${attributes === '' ? '' : ` ${attributes}`}>${escaped(content)}</text>`
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}

function escaped(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
