/** What a command of developers was asked for, or its end with a sentence and exit code 2 when that makes no sense. */

export function usable<Made>(read: () => Made): Made {
  try {
    return read()
  } catch (thrown) {
    process.stderr.write(`${thrown instanceof Error ? thrown.message : String(thrown)}\n`)
    process.exit(2)
  }
}
