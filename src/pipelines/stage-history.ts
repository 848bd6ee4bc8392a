import { sql } from 'kysely'
import type { Database } from '../database/connect.ts'
import type { Part } from '../database/statement.ts'
import type { Change } from '../entities/change.ts'
import { type PageRequest, readIdPage } from '../http/id-page.ts'
import type { Grant } from '../rights/grant.ts'
import type { StageHistoryEntry } from './schemas.ts'

/** Returns statements that end the stages that records left and add those that they entered, if any record moved. */
export function stageMoves(changes: readonly Change[]): Part[] {
  const moved = changes.filter(({ type, before, after }) => type.traits.has('stages') && isMove(before, after))
  if (!moved.length) return []
  const values = [moved[0]!.type.id, JSON.stringify(moved.map(row))]
  const begun = { shape: 'enter stages', values, sql: enterStages }
  return moved.some(({ before }) => before) ? [{ shape: 'leave stages', values, sql: leaveStages }, begun] : [begun]
}

/** Returns SQL that locks the stages that records enter, so that they cannot be removed before the commit. */
export function heldStages(changes: readonly Change[]): Part[] {
  const moved = changes.filter(({ type, before, after }) => type.traits.has('stages') && isMove(before, after))
  return holdStages(moved.map(({ after }) => ({ pipelineId: after.get('pipelineId'), stageId: after.get('stageId') })))
}

/** Returns SQL that locks stages, so that they cannot be removed before the commit. */
export function holdStages(stages: readonly { pipelineId: unknown; stageId: unknown }[]): Part[] {
  const rows = new Set(
    stages.map(({ pipelineId, stageId }) => JSON.stringify({ pipeline_id: pipelineId, code: stageId })),
  )
  return rows.size ? [{ shape: 'stages', values: [`[${[...rows].join()}]`], sql: holdRows }] : []
}

const holdRows: Part['sql'] = (rows) => sql`hold_stages(${rows})`

const leaveStages: Part['sql'] = (typeId, moves) => sql`update stage_history as h set left_at = v.entered_at,
    left_by = v.entered_by, left_amount = v.left_amount, left_currency = v.left_currency
  from json_to_recordset(${moves}) as v (record_id bigint, entered_at timestamptz, entered_by bigint,
    left_amount numeric, left_currency text)
  where h.type_id = ${typeId} and h.record_id = v.record_id and h.left_at is null`

const enterStages: Part['sql'] = (typeId, moves) => sql`insert into stage_history
    (type_id, record_id, kind, pipeline_id, stage_id, semantic, amount, currency, entered_at, entered_by, closed_at, responsible_id)
  select ${typeId}, record_id, kind, pipeline_id, stage_id, semantic, amount, currency, entered_at, entered_by, closed_at, responsible_id
  from json_to_recordset(${moves}) as v (record_id bigint, kind text, pipeline_id bigint, stage_id text,
    semantic text, amount numeric, currency text, entered_at timestamptz, entered_by bigint, closed_at timestamptz,
    responsible_id bigint)`

/** The keys of the fields that say where a record is. A stage has a meaning only within its pipeline. */
export const placeKeys: readonly string[] = ['pipelineId', 'stageId']

/** Returns whether a record enters a stage: it is new, or its pipeline or stage changes. */
export function isMove(before: Change['before'], after: Change['after']): boolean {
  return !before || placeKeys.some((key) => before.get(key) !== after.get(key))
}

function row({ id, before, after }: Change) {
  return {
    record_id: id,
    kind: kindOfMove(before, after),
    pipeline_id: after.get('pipelineId'),
    stage_id: after.get('stageId'),
    semantic: after.get('stageSemantic'),
    amount: after.get('amount'),
    currency: after.get('currency'),
    entered_at: after.get('movedAt'),
    entered_by: after.get('movedBy'),
    closed_at: after.get('closedAt'),
    responsible_id: after.get('responsibleId'),
    left_amount: before?.get('amount'),
    left_currency: before?.get('currency'),
  }
}

function kindOfMove(before: Change['before'], after: Change['after']): string {
  if (!before) return 'created'
  if (before.get('pipelineId') !== after.get('pipelineId')) return 'pipelineChanged'
  return after.get('stageSemantic') === 'process' ? 'moved' : 'closed'
}

/** Reads a page of the stages of a record, with only the values that the caller sees. */
export async function readStages(db: Database, { type, readable }: Grant, id: number, page: PageRequest) {
  const readableColumn = (code: string, column = code) => (readable.has(code) ? sql.ref(column) : sql`null`)
  const stages = db
    .selectFrom('stage_history')
    .select(['id', 'kind', 'pipeline_id as pipelineId', 'stage_id as stageId', 'semantic'])
    .select([
      sql`${readableColumn('amount')}::text`.as('amount'),
      readableColumn('currency').as('currency'),
      'responsible_id as responsibleId',
      sql`instant(entered_at)`.as('enteredAt'),
      'entered_by as enteredBy',
      sql`instant(left_at)`.as('leftAt'),
      'left_by as leftBy',
      sql`${readableColumn('amount', 'left_amount')}::text`.as('leftAmount'),
      readableColumn('currency', 'left_currency').as('leftCurrency'),
    ])
    .where('type_id', '=', type.id)
    .where('record_id', '=', id)
    .$castTo<StageHistoryEntry>()
  return await readIdPage({ name: `${type.code}/${id}`, filter: null, order: 'newest first' }, page, stages)
}
