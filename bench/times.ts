import { setTimeout as pause } from 'node:timers/promises'
import type { Goal } from './table.ts'

/** Does work for each item, one after the other. Returns the times in milliseconds. */
export async function timed<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<number[]> {
  const times: number[] = []
  for (const item of items) {
    const started = performance.now()
    await work(item)
    times.push(performance.now() - started)
  }
  return times
}

/** Reads of single items at a fixed rate. */
export interface Reads<T> {
  items: readonly T[]
  perSecond: number
  read(item: T): Promise<unknown>
}

/** Does work while items are read at a fixed rate. Returns the times of these reads, too. */
export async function besideReads<T, Result>(
  { items, perSecond, read }: Reads<T>,
  work: () => Promise<Result>,
): Promise<[Result, number[]]> {
  const times: number[] = []
  const state = { isOver: false }
  const reads = (async () => {
    const all: Promise<void>[] = []
    for (let n = 0; !state.isOver; n++) {
      all.push(timed([items[n % items.length]!], read).then((ms) => void times.push(...ms)))
      await pause(1000 / perSecond)
    }
    await Promise.all(all)
  })()
  const result = await work()
  state.isOver = true
  await reads
  return [result, times]
}

/** Returns the value below which this part of the values is. */
export function quantile(times: readonly number[], part: number): number {
  return [...times].sort((a, b) => a - b)[Math.floor(times.length * part)] ?? Number.NaN
}

/** Returns a goal with an upper limit. */
export function below(what: string, found: number, most: number, unit: string): Goal {
  return { what, wanted: `< ${most} ${unit}`, found: `${found.toFixed(1)} ${unit}`, isMet: found < most }
}
