/** What `node --test --test-reporter=tap` printed, as titles and whether each test passed. */

export interface Test {
  readonly title: string
  readonly ok: boolean
  /** It was skipped or left for later, so it shows nothing. */
  readonly unrun: boolean
}

/** TAP's two directives have four capitals, and either says that a test shows nothing. */
const line = /^\s*(not )?ok \d+ - (.*?)(?: # ([A-Z]{4})\b.*)?$/

/** Every test point, those of subtests too. */
export function readTap(text: string): readonly Test[] {
  return text.split('\n').flatMap((each) => {
    const [whole, not, title = '', directive] = line.exec(each) ?? []
    if (whole === undefined) return []
    return [
      { title: title.replaceAll(/\\([#\\])/g, '$1'), ok: not === undefined, unrun: directive !== undefined },
    ]
  })
}

/** What they show for a gate that counts those of some titles; a title without a test is a proof that is not there. */
export function judgedTests(
  all: readonly Test[],
  titled: readonly RegExp[] | null,
): { readonly ok: boolean; readonly evidence: string } {
  const unmatched = (titled ?? []).find((title) => !all.some((test) => title.test(test.title)))
  if (unmatched !== undefined) return { ok: false, evidence: `no test is titled ${unmatched.source}` }
  const counted = titled === null ? all : all.filter((test) => titled.some((title) => title.test(test.title)))
  const bad = counted.filter(({ ok, unrun }) => !ok || unrun).map(({ title }) => title)
  if (bad.length > 0)
    return { ok: false, evidence: `${bad.length} of ${counted.length} not passed: ${bad[0]}` }
  if (counted.length === 0) return { ok: false, evidence: 'no test was run' }
  return { ok: true, evidence: `${counted.length} test${counted.length === 1 ? '' : 's'}` }
}
