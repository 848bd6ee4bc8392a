import { readdirSync, readFileSync } from 'node:fs'

const ticksPerSecond = 100

/** Returns the CPU seconds used by a process and its ended children; null if the system does not provide them. */
function cpuOf(pid: number): number | null {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
    return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / ticksPerSecond
  } catch {
    return null
  }
}

/** Returns the current memory of a process, in MB. */
export function memoryOf(pid: number): number | null {
  return statusOf(pid, /VmRSS:\s+(\d+)/)
}

/** Returns the peak memory of a process, in MB. */
export function peakOf(pid: number): number | null {
  return statusOf(pid, /VmHWM:\s+(\d+)/)
}

function statusOf(pid: number, line: RegExp): number | null {
  try {
    const [, kilobytes] = line.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
    return kilobytes === undefined ? null : Math.round(Number(kilobytes) / 1024)
  } catch {
    return null
  }
}

/** Resets the peak to the current memory. */
export async function resetPeak(pid: number): Promise<void> {
  const { writeFile } = await import('node:fs/promises')
  await writeFile(`/proc/${pid}/clear_refs`, '5').catch(() => {})
}

/** CPU seconds of the server and of all Postgres processes on this machine. */
export interface Cpu {
  server: number
  postgres: number
}

/** Returns the CPU seconds used so far. */
export function cpuNow(server: number): Cpu {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  const postgres = pids.filter((pid) => isPostgres(Number(pid)))
  return {
    server: cpuOf(server) ?? Number.NaN,
    postgres: postgres.reduce((sum, pid) => sum + (cpuOf(Number(pid)) ?? 0), 0),
  }
}

function isPostgres(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === 'postgres'
  } catch {
    return false
  }
}

/** The median, least and greatest of several values. */
export interface Spread {
  median: number
  least: number
  greatest: number
}

/** Returns the spread of values from several rounds. */
export function spreadOf(figures: readonly number[]): Spread {
  const sorted = [...figures].sort((a, b) => a - b)
  return {
    median: sorted[Math.floor(sorted.length / 2)] ?? Number.NaN,
    least: sorted[0] ?? Number.NaN,
    greatest: sorted.at(-1) ?? Number.NaN,
  }
}
