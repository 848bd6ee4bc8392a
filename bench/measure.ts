import { readdirSync, readFileSync } from 'node:fs'

const ticksPerSecond = 100

/** CPU seconds that a process and its ended children have used so far; null where the system does not tell. */
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

/** Memory of a process in MB, as it is. */
export function memoryOf(pid: number): number | null {
  return statusOf(pid, /VmRSS:\s+(\d+)/)
}

/** Its peak. */
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

/** Begins the peak anew from the memory of this moment. */
export async function forgetPeak(pid: number): Promise<void> {
  const { writeFile } = await import('node:fs/promises')
  await writeFile(`/proc/${pid}/clear_refs`, '5').catch(() => {})
}

/** CPU seconds of a process, and of the Postgres processes of this machine that end meanwhile or stay. */
export interface Cpu {
  server: number
  postgres: number
}

/** What server and Postgres have used so far. */
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

/** The middle one of several figures, with the least and the greatest. */
export interface Spread {
  median: number
  least: number
  greatest: number
}

/** Sums up figures of several rounds. */
export function spreadOf(figures: readonly number[]): Spread {
  const sorted = [...figures].sort((a, b) => a - b)
  return {
    median: sorted[Math.floor(sorted.length / 2)] ?? Number.NaN,
    least: sorted[0] ?? Number.NaN,
    greatest: sorted.at(-1) ?? Number.NaN,
  }
}
