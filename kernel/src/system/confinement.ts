/**
 * Node's permission model, as far as a node without a disk uses it: a process that runs under it cannot write a file,
 * in no thread of it. It holds for JavaScript; native modules are trusted, and the trace of system calls is what shows
 * that they write nothing either.
 */

/** What a process that may not write is started with. `writable` are the paths it may make all the same. */
export function confinedFlags(nodeVersion: string, writable: readonly string[] = []): readonly string[] {
  const young = Number(nodeVersion.split('.')[0]) >= 22
  return [
    young ? '--permission' : '--experimental-permission',
    '--allow-fs-read=*',
    ...writable.map((path) => `--allow-fs-write=${path}`),
    '--allow-worker',
    '--allow-addons',
    // That threads and native modules are allowed would be said by every thread.
    '--disable-warning=SecurityWarning',
    ...(young ? [] : ['--disable-warning=ExperimentalWarning']),
  ]
}

/** Whether this process was denied to write files. */
export function writesDenied(): boolean {
  const permission: Partial<typeof process>['permission'] = process.permission
  return permission !== undefined && !permission.has('fs.write')
}

/** Whether it was started to be denied them, whatever came of it. */
export function startedConfined(): boolean {
  return process.execArgv.some((flag) => /^--(experimental-)?permission$/.test(flag))
}

/** Whether its inspector was asked for, which is not to be had under the permission model. */
export function asksForInspector(flags: readonly string[], nodeOptions: string): boolean {
  return [...flags, ...nodeOptions.split(/\s+/)].some((flag) => flag.startsWith('--inspect'))
}

/** Whether a value names something that can be read once only, or by this process alone: a descriptor. */
export function namesDescriptor(value: string): boolean {
  return /(^|[=,\s])\/(dev\/(fd\/|stdin\b)|proc\/(self|\d+)\/fd\/)/.test(value)
}
