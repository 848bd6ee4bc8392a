import type { Api } from './api.ts'

/** Tables of jobs, counters, stored responses and logs, which an undo leaves. Undoing is a change itself. */
const left =
  /^(public\.(history|audit.*|record_merge|merge_source|moved_reference)|local\.(job|job_fault|import|bulk|bulk_target|idempotency|revision|instance|migration.*))$/
/** Columns that tell of the latest change. */
const stamps = ['version', 'updated_at', 'updated_by', 'last_used_at']

/** Links with their places in the lists of both sides. Gaps between the places have no meaning. */
const links = `(select id, relation, field_id, from_type, from_id, to_type, to_id, is_primary, back_primary,
  rank() over (partition by from_type, from_id, relation order by sort) as sort,
  rank() over (partition by to_type, to_id, relation order by back_sort) as back_sort from link)`

/**
 * Returns every row of the database that an undo restores, as JSON text by table. `unnamed` are tables whose ids nobody
 * sees.
 */
export async function everyRow(
  { pool }: Pick<Api, 'pool'>,
  { unnamed = [] }: { unnamed?: readonly string[] } = {},
): Promise<Record<string, string[]>> {
  const { rows: tables } = await pool.query<{ name: string }>(
    `select schemaname || '.' || tablename as name from pg_tables where schemaname in ('public', 'local') order by 1`,
  )
  const found = tables
    .filter(({ name }) => !left.test(name))
    .map(async ({ name }) => {
      const kept = name === 'public.file' ? ` where purpose <> 'import'` : ''
      const { rows } = await pool.query<{ row: string }>(
        `select (to_jsonb(t) - $1::text[])::text as row from ${name === 'public.link' ? links : name} as t${kept} order by 1`,
        [unnamed.includes(name) ? [...stamps, 'id'] : stamps],
      )
      return [name, rows.map(({ row }) => row)] as const
    })
  return Object.fromEntries(await Promise.all(found))
}
