import { atMost, ratio } from './goals.ts'
import type { Operation } from './operations.ts'
import type { Goal, Measurement } from './table.ts'
import type { Transfers } from './transfer.ts'

/** Returns the goals relative to the floor with the measured values, at 16 connections, and those of CPU time. */
export function floorGoals(operations: readonly Operation[], all: readonly Measurement[], moved: Transfers): Goal[] {
  const found = operations.flatMap(({ name, floor }) => {
    const measured = all.find(({ operation, connections }) => operation === name && connections === 16)
    return floor && measured?.floor ? [{ name, floor, measured, reference: measured.floor }] : []
  })
  return [
    ...found.flatMap(({ name, floor, measured, reference }) =>
      floor.goal
        ? [ratio(`${name}, ratio to the floor`, measured.kartoteka.median / reference.median, floor.goal)]
        : [],
    ),
    ...transferRatio('import', moved.import, moved.floorImport, 0.2),
    ...transferRatio('export', moved.export, moved.floorExport, 0.5),
    ...found.flatMap(({ name, floor, measured: { kartoteka } }) =>
      floor.cpu
        ? [atMost(`${name}: CPU of server and Postgres, ms`, kartoteka.cpu.server + kartoteka.cpu.postgres, floor.cpu)]
        : [],
    ),
  ]
}

function transferRatio(
  what: string,
  own: Transfers['import'],
  floor: Transfers['floorImport'],
  wanted: number,
): Goal[] {
  if (!own || !floor) return []
  const rates = [own, floor].map(({ perSecond }) => Math.round(perSecond).toLocaleString('en'))
  return [ratio(`${what}, ratio to the floor (${rates.join(' of ')} rows/s)`, own.perSecond / floor.perSecond, wanted)]
}
