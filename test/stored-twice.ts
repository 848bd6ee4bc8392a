import { systemTypes } from '../src/entities/types.ts'
import { type Field, userFieldColumn } from '../src/fields/field.ts'
import { isInRows } from '../src/fields/kinds/kinds.ts'

type Query = (statement: string) => Promise<unknown[]>
type StoredField = Pick<Field, 'typeId' | 'key' | 'column' | 'kind' | 'multiple'>

/**
 * Returns the values that differ between the column of the record and the rows of another table, as `contact 5 phones`.
 * Both must be the same JSON, letter by letter.
 */
export async function storedDifferently(query: Query): Promise<string[]> {
  const fields = [...systemTypes.flatMap(({ fields }) => fields), ...(await fileFields(query))]
  const statements = fields.flatMap((field) => {
    const list = rowsOf(field)
    // Smart processes are left out.
    const code = systemTypes.find(({ id }) => id === field.typeId)?.code
    // A record that is being purged loses its rows first.
    return list && code
      ? `select '${code} ' || record.id || ' ${field.key}' as name from ${code} as record
         where record.deleted_at is distinct from '-infinity' and (${columnOf(field)})::text is distinct from (${list})::text`
      : []
  })
  return ((await query(statements.join(' union all '))) as { name: string }[]).map(({ name }) => name)
}

async function fileFields(query: Query): Promise<StoredField[]> {
  const rows = await query(`select id, type_id, multiple from user_field where kind = 'file'`)
  return (rows as { id: number; type_id: number; multiple: boolean }[]).map(({ id, type_id, multiple }) => {
    const column = userFieldColumn(id)
    return { typeId: type_id, key: column, column, kind: 'file', multiple }
  })
}

/** External keys have no order. */
function columnOf(field: StoredField): string {
  if (!isInRows(field, 'external_id')) return `record.${field.column}`
  return `select array_to_json(array_agg(one order by one ->> 'source' collate "C", one ->> 'key' collate "C"))
    from json_array_elements(record.${field.column}) as one`
}

/** Returns SQL of the JSON that the column should have. Undefined for a field without rows. */
function rowsOf(field: StoredField): string | undefined {
  const own = `type_id = ${field.typeId} and record_id = record.id`
  const json = (rows: string) => `select array_to_json(array_agg(row_to_json(item))) from (${rows}) as item`
  if (isInRows(field, 'communication')) {
    return json(
      `select id, kind, value, normalized from communication where ${own} and field = '${field.key}' order by sort`,
    )
  }
  if (isInRows(field, 'external_id')) {
    return json(`select source, key from external_id where ${own} order by source collate "C", key collate "C"`)
  }
  if (!isInRows(field, 'record_file')) return
  const files = json(`select file.id, name, size from record_file join file on file.id = file_id
    where ${own} and field = '${field.key}' order by sort`)
  return field.multiple ? files : `(${files}) -> 0`
}
