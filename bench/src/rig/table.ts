/** Results as Markdown: one section for each facet, one table row for each measurement, and below it what is to be known of it. */

import { bound, figure } from './figures.ts'
import type { Result } from './result.ts'
import { absent, type Row } from './rows.ts'

const heading = ['work', 'unit', 'ours', 'peer', 'its value', 'ratio', 'limit', 'kept', 'samples']

/** `plot` is the file beside it with the picture. */
export function section(result: Result, plot: string | null): string {
  const { title, facet, at, machine, seed, scale, sizes, rows } = result
  const size = Object.entries(sizes).map(([name, value]) => `${name} ${value.toLocaleString('en')}`)
  const notes = rows.flatMap((row) => remarks(row).map((remark) => `- ${row.work}: ${remark}`))
  return [
    `## ${title}`,
    [`\`${facet}\``, at, `commit ${machine.commit}`, `seed ${seed}`, `scale ${scale}`, ...size].join(' · '),
    ...(scale < 1
      ? [`A quick look at ${scale} of the real size; limits are about the real size, and unknown here.`]
      : []),
    table([heading, ...rows.map(cells)]),
    ...(notes.length === 0 ? [] : [notes.join('\n')]),
    ...(plot === null ? [] : [`![${title}](${plot})`]),
  ].join('\n\n')
}

/** All of it, as one page. */
export function page(machine: string, sections: readonly string[]): string {
  return `# Results\n\nWritten by \`npm run bench\`.\n\n\`\`\`text\n${machine}\n\`\`\`\n\n${sections.join('\n\n')}\n`
}

function cells(row: Row): readonly string[] {
  const { work, unit, better, ours, samples, peer, limit, ratio } = row
  return [
    work,
    unit,
    figure(ours),
    peer?.name ?? '',
    peer === null ? '' : peer.value === null ? absent : figure(peer.value),
    ratio === null ? '' : figure(ratio),
    limit === null ? '' : bound(better, limit.value, limit.of),
    kept(row),
    samples.toLocaleString('en'),
  ]
}

function kept({ ok, void: because, limit }: Row): string {
  if (because !== undefined && because !== null) return 'void'
  if (limit === null) return ''
  return ok === null ? 'unknown' : ok ? 'yes' : 'NO'
}

function remarks({ void: because, note }: Row): readonly string[] {
  return [
    ...(because === undefined || because === null ? [] : [`does not count, for ${because}`]),
    ...(note === undefined ? [] : [note]),
  ]
}

function table(rows: readonly (readonly string[])[]): string {
  const columns = heading.map((_, column) => Math.max(3, ...rows.map((row) => row[column]?.length ?? 0)))
  const line = (row: readonly string[]) =>
    `| ${columns.map((width, column) => (row[column] ?? '').replaceAll('|', '\\|').padEnd(width)).join(' | ')} |`
  const [first = [], ...rest] = rows
  return [line(first), line(columns.map((width) => '-'.repeat(width))), ...rest.map(line)].join('\n')
}
