import { sql } from 'kysely'
import type { Statement, TextRow } from '../../database/statement.ts'
import type { Change } from '../../entities/change.ts'
import { always, flagColumn, integerColumn, readAllRows, rowOf } from '../../fields/selection.ts'
import { isMove } from '../../pipelines/stage-history.ts'
import type { Grant } from '../../rights/grant.ts'
import type { SavedRecord } from '../list/read-record.ts'
import { type ReadingByIds, readingByIds } from '../query/reading-by-ids.ts'
import { viewOf } from '../query/record-json.ts'
import { storedRecords } from '../query/record-query.ts'
import { keptPerGrant } from '../query/selections.ts'
import type { Outcome, WriteContext } from './write-context.ts'

/** The statement that reads saved records, if they are read at all, and what its rows mean. */
export interface ReadBack {
  statements: Statement<TextRow>[]
  /** Whether an outcome can be that the write was not allowed. */
  canDeny: boolean
  outcomes(rows: readonly TextRow[]): Map<number, Outcome>
}

/**
 * Returns how to read the saved records, limited to the fields that the caller may read. A record that the caller may not add or move
 * to its new stage gets the problem `forbidden`. A record that the caller can no longer read is still returned.
 */
export function readBack(
  { grant, isSilent = false, addRight = 'add' }: WriteContext,
  changes: readonly Change[],
): ReadBack {
  const created = grant.mayBecome({ created: addRight, moved: false })
  const moved = grant.mayBecome({ created: null, moved: true })
  if (!changes.length || (isSilent && !created && !moved)) {
    return {
      statements: [],
      canDeny: false,
      outcomes: () => new Map(changes.map(({ id }) => [id, { id, version: 0, body: '' }])),
    }
  }
  const { selection, byIds } = readings(grant, `${isSilent} ${addRight}`, () => {
    const selection = rowOf<SavedRow>({
      id: integerColumn(sql`record.id`),
      version: integerColumn(sql`record.version`),
      body: isSilent ? always('') : viewOf(grant.readable),
      mayAdd: created ? flagColumn(created) : always(true),
      mayMove: moved ? flagColumn(moved) : always(true),
    })
    return { selection, byIds: readingByIds(grant, storedRecords(grant), selection, 'saved') }
  })
  return {
    canDeny: created !== null || moved !== null,
    statements: [byIds({ ids: changes.map(({ id }) => id) })],
    outcomes(rows) {
      const byId = new Map(readAllRows(selection, rows).map((row) => [row.id, row]))
      return new Map(changes.map((change) => [change.id, outcomeOf(grant, change, byId.get(change.id)!, addRight)]))
    },
  }
}

const readings = keptPerGrant<ReadingByIds<SavedRow>>()

type SavedRow = SavedRecord & { mayAdd: boolean; mayMove: boolean }

function outcomeOf(
  grant: Grant,
  { before, after }: Change,
  { mayAdd, mayMove, ...saved }: SavedRow,
  addRight: 'add' | 'import',
): Outcome {
  const isMoved = before !== null && isMove(before, after)
  const denied = (!before || addRight === 'import') && !mayAdd ? addRight : isMoved && !mayMove ? 'move' : null
  if (!denied) return saved
  return { problem: grant.refusal(denied), isWritten: true }
}
