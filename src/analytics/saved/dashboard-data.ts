import pMap from 'p-map'
import { Problem, problemDocument } from '../../errors/problem.ts'
import { calculateSaved, type Reading, type ReportRequest } from './analyses.ts'
import type { CalculatedTile, Tile } from './schemas.ts'
import { readSaved, type Saved } from './store.ts'

/** The most tiles that are calculated at once. */
const concurrency = 2

/** Who calculates the tiles of a dashboard, and the request as problems name it. */
export interface DashboardReading extends Reading {
  at: { instance: string; traceId: string }
}

/** Returns the tiles of a dashboard with their reports, in the rights of the caller. A tile that fails has a problem. */
export async function calculateTiles(
  reading: DashboardReading,
  { content, ownerId }: Saved,
): Promise<CalculatedTile[]> {
  const { tiles } = content as { tiles: readonly Tile[] }
  return await pMap(tiles, (tile) => calculateTile(reading, tile, ownerId), { concurrency })
}

async function calculateTile(reading: DashboardReading, tile: Tile, ownerId: number): Promise<CalculatedTile> {
  const { access, at } = reading
  const { title = null, chart = null } = tile
  try {
    const { name, request, owner } = await requestOf(reading, tile, ownerId)
    const table = await calculateSaved(reading, request, owner)
    return { title: title ?? name ?? table.title, chart, status: 200, table, problem: null }
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    const problem = problemDocument(error, access.language, at)
    return { title: title ?? problem.title, chart, status: error.status, table: null, problem }
  }
}

/** What a tile shows, with its owner and, for a saved report, its name. */
interface TileRequest {
  name: string | null
  request: ReportRequest
  owner: number
}

async function requestOf({ db, access }: Reading, tile: Tile, owner: number): Promise<TileRequest> {
  const { savedReportId, report = '', parameters = {} } = tile
  if (savedReportId === undefined) return { name: null, request: { report, parameters }, owner }
  const { name, content, ownerId } = await readSaved(db, access, 'report', savedReportId)
  return { name, request: content as ReportRequest, owner: ownerId }
}
