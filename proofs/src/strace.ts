/**
 * What a process did to files, as the kernel saw it: strace's record of every system call that names a file
 * or writes to a descriptor, judged call by call. It believes no library and no flag of the node's own.
 */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Calls that look at files and change none. `open…` is judged by its flags, every other one is a change. */
const harmless = new Set([
  'access',
  'chdir',
  'execve',
  'exit_group',
  'faccessat',
  'faccessat2',
  'getcwd',
  'getxattr',
  'inotify_add_watch',
  'lgetxattr',
  'lstat',
  'newfstatat',
  'readlink',
  'readlinkat',
  'stat',
  'statfs',
  'statx',
])

const writes = [
  'write',
  'writev',
  'pwrite64',
  'pwritev',
  'pwritev2',
  'sendfile',
  'splice',
  'tee',
  'vmsplice',
  'copy_file_range',
  'ftruncate',
  'fallocate',
]

/** Calls that change what outlives a process by way of a descriptor or a name of their own; each is a change. */
const changing = [
  'bind',
  'fchmod',
  'fchown',
  'fremovexattr',
  'fsetxattr',
  'futimesat',
  'io_submit',
  'io_uring_setup',
  'memfd_create',
  'mq_open',
  'open_by_handle_at',
  'shmget',
  'utimensat',
]

/**
 * Where bytes may go. None of these outlives the process that holds it:
 * - `pipe`: standard output and error, which this test reads, and what Node wakes its own loop with;
 * - `socket`, `TCP`, `UNIX` and their like: the clients;
 * - `anon_inode:[eventfd]`: counters with which threads wake each other;
 * - `/dev/null`: nowhere.
 */
const nowhere = /^(pipe:\[|socket:\[|(TCP|UDP|UNIX)(v6)?:\[|anon_inode:\[eventfd\]|\/dev\/null(<|$))/

/**
 * `strace` and its arguments, to be followed by a command. One record for each thread, so that no line is cut
 * in two by another's; `-y` names what a descriptor is; `-s 0` leaves out what was written; `-I 2` lets the tracer be
 * ended, which lets go of the process. io_uring and kernel AIO can
 * write without further calls: the set-up of the one is refused, as a kernel without it would, and the other is recorded. A file that is mapped to be written must be open for
 * writing, and that is recorded. With `held` the process stands still before it exits, until its tracer lets it go.
 */
export function stracing(folder: string, held = false): readonly string[] {
  const calls = ['%file', ...writes, ...changing, 'exit_group'].join(',')
  return [
    'strace',
    '-D',
    '-ff',
    '--seccomp-bpf',
    '-y',
    '-s',
    '0',
    '-qq',
    '-I',
    '2',
    '-e',
    `trace=${calls}`,
    '-e',
    'inject=io_uring_setup:error=ENOSYS',
    ...(held ? ['-e', `inject=exit_group:delay_enter=${holdMicros}`] : []),
    '-o',
    join(folder, 'trace'),
  ]
}

/** Longer than anybody looks at a process that stands still. */
const holdMicros = 600_000_000

export interface Traced {
  readonly threads: number
  readonly calls: number
  /** How often each call was made. */
  readonly byName: ReadonlyMap<string, number>
  /** Lines of calls that change a file, could, or try to. */
  readonly changes: readonly string[]
}

export function readTraces(folder: string): Traced {
  const names = readdirSync(folder).filter((name) => name.startsWith('trace.'))
  const lines = names.flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n'))
  const calls = lines.filter((line) => line !== '' && !/^(\+\+\+|---) /.test(line))
  const byName = new Map<string, number>()
  for (const call of calls) byName.set(nameOf(call), (byName.get(nameOf(call)) ?? 0) + 1)
  return { threads: names.length, calls: calls.length, byName, changes: calls.filter(changes) }
}

/** Whether one line records a call that changes a file. What cannot be read counts as one. */
export function changes(line: string): boolean {
  const name = nameOf(line)
  if (harmless.has(name)) return false
  if (/^open(at|at2)?$/.test(name)) return opensForWriting(line)
  if (writes.includes(name)) return !writesNowhere(line)
  if (name === 'io_uring_setup') return !line.endsWith('(INJECTED)')
  if (name === 'bind') return !/sa_family=AF_INET6?,/.test(line)
  return true
}

/** A failed attempt counts: what was not allowed here would have been somewhere else. */
function opensForWriting(line: string): boolean {
  const [, path, flags] =
    /^open(?:at|at2)?\((?:[^"]*, )?"((?:[^"\\]|\\.)*)", (?:\{flags=)?([A-Z_|0-9]+)/.exec(line) ?? []
  if (path === undefined || flags === undefined) return true
  const reads = flags.split('|').includes('O_RDONLY')
  return !reads || /O_(CREAT|TRUNC|APPEND|TMPFILE)/.test(flags)
}

/** The first descriptor is written to, except where bytes move from one to another. */
function writesNowhere(line: string): boolean {
  const descriptors = [...line.matchAll(/[(,] ?(?:\w+=)?(\d+)<((?:[^<>]|<[^<>]*>)*)>/g)].map(
    ([, , what = '']) => what,
  )
  const [first] = descriptors
  return first !== undefined && descriptors.every((what) => nowhere.test(what))
}

function nameOf(line: string): string {
  return /^(\w+)\(/.exec(line)?.[1] ?? line
}
