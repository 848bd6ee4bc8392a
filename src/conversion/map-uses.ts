import { sql } from 'kysely'
import type { SystemType } from '../entities/types.ts'
import type { FieldUses } from '../fields/field-use.ts'

/** Returns the maps of conversions, of types that are converted, which an administrator has changed. */
export const conversionMapUses = (types: readonly SystemType[]): FieldUses => ({
  kind: 'conversionMap',
  async find(db, { key }) {
    const { rows } = await sql<{ fromCode: string }>`
      select distinct t.code as "fromCode" from field_map as m join record_type as t on t.id = m.from_type
      where ${hasKey(key)} order by 1`.execute(db)
    return rows.map(({ fromCode }) => ({ path: pathOf(types, fromCode), name }))
  },
  async forget(trx, { key }) {
    await sql`update field_map as m set pairs = (select coalesce(jsonb_agg(pair order by place), '[]')
        from jsonb_array_elements(pairs) with ordinality as p (pair, place)
        where pair ->> 'from' <> ${key} and pair ->> 'to' <> ${key})
      where ${hasKey(key)}`.execute(trx)
  },
})

const pathOf = (types: readonly SystemType[], code: string) =>
  `/v1/${types.find((type) => type.code === code)?.plural}/conversion-map`

const name = { en: 'Map of fields of conversions', ru: 'Соответствие полей при конвертации' }

function hasKey(key: string) {
  return sql`(m.pairs @> ${JSON.stringify([{ from: key }])}::jsonb or m.pairs @> ${JSON.stringify([{ to: key }])}::jsonb)`
}
