import { sql } from 'kysely'
import type { SystemType } from '../../entities/types.ts'
import type { FieldUses } from '../../fields/field-use.ts'

/**
 * What remains of a compared field that was deleted. Without any trace, later imports would create the records again that
 * the field told apart.
 */
const lostKey = ''

/** The saved mappings that fill or compare a field. They forget it when it is deleted: its code may be taken again. */
export const mappingUses = (types: readonly SystemType[]): FieldUses => ({
  kind: 'importMapping',
  async find(db, { typeId, typeCode, code }) {
    const { rows } = await sql<{ id: number; name: string }>`select m.id, m.name from import_mapping as m
      where m.type_id = ${typeId} and (exists (select from jsonb_array_elements(m.options -> 'mapping') as one
          where ${fills(code)}) or m.options -> 'defaults' -> 'userFields' ? ${code}
          or m.options -> 'duplicates' -> 'keys' ? ${`userFields.${code}`})
      order by m.id`.execute(db)
    const path = types.find((type) => type.code === typeCode)?.path ?? `/types/${typeCode}/items`
    return rows.map(({ id, name }) => ({ path: `/v1${path}/import/mappings/${id}`, name: { en: name, ru: name } }))
  },
  async forget(trx, { typeId, code }) {
    await sql`update import_mapping set options = options
        || jsonb_build_object('mapping', coalesce((select jsonb_agg(one order by place)
          from jsonb_array_elements(options -> 'mapping') with ordinality as all_columns (one, place)
          where not ${fills(code)}), '[]'::jsonb))
      where type_id = ${typeId} and options ? 'mapping'`.execute(trx)
    await sql`update import_mapping set options = jsonb_set(options, '{duplicates,keys}',
        (select jsonb_agg(case when key = ${`userFields.${code}`} then ${lostKey} else key end order by place)
          from jsonb_array_elements_text(options -> 'duplicates' -> 'keys') with ordinality as keys (key, place)))
      where type_id = ${typeId} and options -> 'duplicates' -> 'keys' ? ${`userFields.${code}`}`.execute(trx)
    await sql`update import_mapping set options = options #- array['defaults', 'userFields', ${code}]
      where type_id = ${typeId}`.execute(trx)
  },
})

/** Returns SQL of whether a column (`one`) of a mapping fills a user field, or a part of it. */
function fills(code: string) {
  const path = `userFields.${code}`
  return sql`coalesce(one ->> 'field' = ${path} or starts_with(one ->> 'field', ${`${path}.`}), false)`
}
