import { type Fault, invalid, Problem } from '../../errors/problem.ts'
import { checkReport, type Reading, type ReportRequest } from './analyses.ts'
import type { Tile } from './schemas.ts'
import { readSaved } from './store.ts'

/** Throws the faults of all tiles of a dashboard to save, in the rights of the caller. */
export async function checkTiles(reading: Reading, { tiles }: { tiles: readonly Tile[] }): Promise<void> {
  const faults: Fault[] = []
  for (const [index, tile] of tiles.entries()) faults.push(...(await faultsOfTile(reading, tile, `/tiles/${index}`)))
  if (faults.length) throw invalid(faults)
}

async function faultsOfTile(reading: Reading, tile: Tile, pointer: string): Promise<readonly Fault[]> {
  const { savedReportId } = tile
  try {
    if (savedReportId === undefined) await checkReport(reading, tile as ReportRequest, `${pointer}/parameters`)
    else await readSaved(reading.db, reading.access, 'report', savedReportId)
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    if (error.faults.length) return error.faults
    if (error.code !== 'saved_report_not_found') throw error
    const params = { type: 'report', id: savedReportId ?? '' }
    return [{ pointer: `${pointer}/savedReportId`, code: 'not_found_reference', params }]
  }
  const own = savedReportId === undefined ? [] : (['report', 'parameters'] as const)
  return own.flatMap((name) => (name in tile ? [{ pointer: `${pointer}/${name}`, code: 'not_allowed_here' }] : []))
}
