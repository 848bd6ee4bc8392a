import { sql } from 'kysely'
import type { Transaction } from '../../database/transaction.ts'
import type { Change } from '../../entities/change.ts'
import { Problem } from '../../errors/problem.ts'
import { always, flagColumn, integerColumn, readRows, rowOf } from '../../fields/selection.ts'
import type { SavedRecord } from '../list/read-record.ts'
import { viewOf } from '../query/record-json.ts'
import { storedRecords } from '../query/record-query.ts'
import type { Outcome, WriteContext } from './write-context.ts'

/**
 * Reads the saved records, limited to the fields that the caller may read. A record that the caller may not add or move
 * to its new stage gets the problem `forbidden`. A record that the caller can no longer read is still returned.
 */
export async function readBack(
  trx: Transaction,
  { grant, isSilent = false }: WriteContext,
  changes: readonly Change[],
): Promise<Map<number, Outcome>> {
  if (!changes.length) return new Map()
  const created = grant.mayBecome({ created: true, moved: false })
  const moved = grant.mayBecome({ created: false, moved: true })
  if (isSilent && !created && !moved) return new Map(changes.map(({ id }) => [id, { id, version: 0, body: '' }]))
  const selection = rowOf<SavedRecord & { mayAdd: boolean; mayMove: boolean }>({
    id: integerColumn(sql`record.id`),
    version: integerColumn(sql`record.version`),
    body: isSilent ? always('') : viewOf(grant.readable),
    mayAdd: created ? flagColumn(created) : always(true),
    mayMove: moved ? flagColumn(moved) : always(true),
  })
  const rows = await readRows(trx, selection, (columns) =>
    storedRecords(grant)
      .and(sql`record.id = any(${changes.map(({ id }) => id)})`)
      .select(columns),
  )
  const byId = new Map(rows.map((row) => [row.id, row]))
  return new Map(
    changes.map(({ id, before, after }): [number, Outcome] => {
      const row = byId.get(id)!
      const isMoved = before !== null && ['pipelineId', 'stageId'].some((key) => before.get(key) !== after.get(key))
      const denied = !before && !row.mayAdd ? 'add' : isMoved && !row.mayMove ? 'move' : null
      if (denied) {
        const problem = new Problem('forbidden', { operation: denied, type: grant.type.code })
        return [id, { problem, isWritten: true }]
      }
      return [id, { id, version: row.version, body: row.body }]
    }),
  )
}
