/**
 * Puts another program of Node's in the place of this process, under its id. Node does it itself from 22.15 and 23.11 on;
 * before, libc is asked by way of koffi, where that is there.
 *
 * Node marks standard input, output and error as not to be passed on, so libc is told otherwise first. Threads end with
 * the program they are of; nothing may be open that is to be closed in order.
 */

/** Of fcntl (POSIX), the same on Linux and macOS: sets the flags of a descriptor, of which close-on-exec is the only one. */
const setFlags = 2
const standard = [0, 1, 2] as const

/**
 * Returns false where there is no way; where there is, nothing comes back. `libc` says whether that may be asked where Node
 * cannot do it.
 */
export async function becomeNode(args: readonly string[], libc: boolean): Promise<boolean> {
  const argv = [process.execPath, ...args]
  const execve: unknown = Reflect.get(process, 'execve')
  if (typeof execve === 'function') Reflect.apply(execve, process, [process.execPath, argv, process.env])
  // Windows has no such call, and one of that name which starts a second process.
  else if (libc && process.platform !== 'win32') await byLibc(argv)
  return false
}

/** Returns when it failed. */
async function byLibc(argv: readonly string[]): Promise<void> {
  try {
    const { load } = await import('koffi')
    const libc = load(null)
    const fcntl: (descriptor: number, command: number, type: 'int', flags: number) => number =
      libc.func('int fcntl(int, int, ...)')
    const execve: (path: string, argv: readonly unknown[], envp: readonly unknown[]) => number = libc.func(
      'int execve(const char *, const char **, const char **)',
    )
    const environment = Object.entries(process.env).map(([name, value = '']) => `${name}=${value}`)
    for (const descriptor of standard) fcntl(descriptor, setFlags, 'int', 0)
    execve(process.execPath, [...argv, null], [...environment, null])
  } catch {
    // Without koffi the process goes on as it is, and `/version` says so.
  }
}
