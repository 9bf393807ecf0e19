/** What `node --test --test-reporter=tap` printed, as titles and whether each test passed. */

export interface Test {
  readonly title: string
  /** A suite shows nothing beside its tests; a file is told of where it crashed, or ended without a test of its own. */
  readonly kind: 'test' | 'suite' | 'file'
  readonly ok: boolean
  /** It was skipped or left for later, so it shows nothing. */
  readonly unrun: boolean
}

/** TAP's two directives have four capitals, and either says that a test shows nothing. */
const line = /^\s*(not )?ok \d+ - (.*?)(?: # ([A-Z]{4})\b.*)?$/

/** Belongs to the test point before it. */
const suite = /^\s*type: 'suite'$/

/** Every test point, those of subtests too. `files` are those that were run. */
export function readTap(text: string, files: readonly string[] = []): readonly Test[] {
  const read: Test[] = []
  for (const each of text.split('\n')) {
    const last = read.at(-1)
    if (last !== undefined && suite.test(each)) read[read.length - 1] = { ...last, kind: 'suite' }
    const [whole, not, escaped = '', directive] = line.exec(each) ?? []
    if (whole === undefined) continue
    const title = escaped.replaceAll(/\\([#\\])/g, '$1')
    const kind = files.some((file) => title.endsWith(file)) ? 'file' : 'test'
    read.push({ title, kind, ok: not === undefined, unrun: directive !== undefined })
  }
  return read
}

/** What they show for a gate that counts those of some titles; a title without a test is a proof that is not there. */
export function judgedTests(
  all: readonly Test[],
  titled: readonly RegExp[] | null,
): { readonly ok: boolean; readonly evidence: string } {
  const file = all.find(({ kind }) => kind === 'file')
  if (file !== undefined)
    return { ok: false, evidence: `${file.title} ${file.ok ? 'ended without a test' : 'crashed'}` }
  const tests = all.filter(({ kind }) => kind === 'test')
  const unmatched = (titled ?? []).find((title) => !tests.some((test) => title.test(test.title)))
  if (unmatched !== undefined) return { ok: false, evidence: `no test is titled ${unmatched.source}` }
  const counted = titled === null ? all : all.filter((test) => titled.some((title) => title.test(test.title)))
  const bad = counted.filter(({ ok, unrun }) => !ok || unrun).map(({ title }) => title)
  if (bad.length > 0)
    return { ok: false, evidence: `${bad.length} of ${counted.length} not passed: ${bad[0]}` }
  const passed = counted.filter(({ kind }) => kind === 'test').length
  if (passed === 0) return { ok: false, evidence: 'no test was run' }
  return { ok: true, evidence: `${passed} test${passed === 1 ? '' : 's'}` }
}
