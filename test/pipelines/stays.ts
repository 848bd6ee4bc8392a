import type pg from 'pg'

/** Where a record is, and what its stay in a stage keeps. Amounts are texts. */
interface Place {
  pipelineId: number
  stageId: string
  responsibleId: number
  amount: string | null
  currency: string | null
}

/** A stay of a record in a stage. Times are microseconds. */
export interface Stay extends Place {
  kind: string
  from: number
  by: number
  to: number | null
  leftBy: number | null
  leftAmount: string | null
  leftCurrency: string | null
}

/** A record and when it was read, or moved, if that is later by the clock of another server. */
export interface Life {
  id: number
  createdAt: number
  createdBy: number
  movedAt: number
  readAt: number
  now: Pick<Place, 'pipelineId' | 'stageId'>
  place: Place
}

/** An entry of the change history. */
interface Entry {
  at: number
  by: number
  changes: Partial<Record<keyof Place, [never, never]>>
}

const microseconds = (column: string) => `(extract(epoch from ${column}) * 1000000)::bigint`

/** Reads records, also deleted ones. */
export async function lives(pool: pg.Pool, ids: readonly number[]): Promise<Life[]> {
  const { rows } = await pool.query(
    `select id, ${microseconds('created_at')} as "createdAt", created_by as "createdBy", ${microseconds('moved_at')} as "movedAt",
       ${microseconds('greatest(clock_timestamp(), moved_at)')} as "readAt", pipeline_id as "pipelineId", stage_id as "stageId",
       responsible_id as "responsibleId", amount::text, currency from deal where id = any($1) order by id`,
    [ids],
  )
  return rows.map(({ pipelineId, stageId, responsibleId, amount, currency, ...life }) => ({
    ...life,
    now: { pipelineId, stageId },
    place: { pipelineId, stageId, responsibleId, amount, currency },
  }))
}

/** Reads the stays of a record, the earliest first. */
export async function staysOf(pool: pg.Pool, id: number): Promise<Stay[]> {
  const { rows } = await pool.query<Stay>(
    `select kind, pipeline_id as "pipelineId", stage_id as "stageId", responsible_id as "responsibleId", amount::text, currency,
       ${microseconds('entered_at')} as "from", entered_by as "by", ${microseconds('left_at')} as "to", left_by as "leftBy",
       left_amount::text as "leftAmount", left_currency as "leftCurrency"
     from stage_history where type_id = 2 and record_id = $1 order by stage_history.id`,
    [id],
  )
  return rows
}

/** Reads the changes of a record, the earliest first. */
export async function historyOf(pool: pg.Pool, id: number): Promise<Entry[]> {
  const { rows } = await pool.query<Entry>(
    `select ${microseconds('at')} as at, actor_id as by, coalesce(changes, '{}') as changes from history
     where type_id = 2 and record_id = $1 and kind <> 'created' order by version`,
    [id],
  )
  return rows
}

/** Returns the stays that the change history tells of: it is read back from the present record to its creation. */
export function staysByHistory({ place, createdAt, createdBy }: Life, entries: readonly Entry[]): Stay[] {
  const stays: Stay[] = []
  let after = place
  let end: Pick<Stay, 'to' | 'leftBy' | 'leftAmount' | 'leftCurrency'> = open
  for (const { at, by, changes } of entries.toReversed()) {
    const before = { ...after }
    for (const key of ['pipelineId', 'stageId', 'responsibleId', 'amount', 'currency'] as const) {
      const [old, now] = changes[key] ?? [after[key], after[key]]
      if (now !== after[key]) throw new Error(`${key} was ${now} and then ${after[key]}`)
      Object.assign(before, { [key]: old })
    }
    if (changes.pipelineId || changes.stageId) {
      stays.unshift({ ...after, ...end, kind: kindOf(before, after), from: at, by })
      end = { to: at, leftBy: by, leftAmount: before.amount, leftCurrency: before.currency }
    }
    after = before
  }
  return [{ ...after, ...end, kind: 'created', from: createdAt, by: createdBy }, ...stays]
}

const open = { to: null, leftBy: null, leftAmount: null, leftCurrency: null }
const closed = ['WON', 'LOSE', 'REFUSED']

function kindOf(before: Place, after: Place): string {
  if (before.pipelineId !== after.pipelineId) return 'pipelineChanged'
  return closed.includes(after.stageId) ? 'closed' : 'moved'
}
