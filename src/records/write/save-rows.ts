import { type RawBuilder, sql } from 'kysely'
import type { Change } from '../../entities/change.ts'
import type { Field } from '../../fields/field.ts'
import type { Communication } from '../../fields/kinds/communication-kinds.ts'
import type { ExternalId } from '../../fields/kinds/external-ids-kind.ts'
import { fileIds } from '../../fields/kinds/file-kind.ts'
import { kindOf } from '../../fields/kinds/kinds.ts'
import { type Link, linkSide } from '../../fields/kinds/link-kinds.ts'
import { same } from '../../fields/value.ts'
import type { Grant } from '../../rights/grant.ts'
import { listsOf } from './write-context.ts'

/** Returns the statements that write values in tables of their own: communications, external keys, links, files. */
export function rowStatements(grant: Grant, changes: readonly Change[]): RawBuilder<unknown>[] {
  return [
    ...communications(grant, changes),
    ...externalIds(grant, changes),
    ...links(grant, changes),
    ...files(grant, changes),
  ]
}

const kept = (table: string) => (field: Field) => kindOf(field).rows === table

function communications({ type }: Grant, changes: readonly Change[]): RawBuilder<unknown>[] {
  const lists = listsOf<Communication>(changes, kept('communication')).filter(
    ({ before, after }) => !same(before, after),
  )
  const gone = lists.flatMap(({ change, before, after }) =>
    before.filter(({ id }) => !after.some((one) => one.id === id)).map(({ id }) => ({ record_id: change.id, id })),
  )
  const rows = lists.flatMap(({ change, field, after }) =>
    after.map((one, sort) => ({ ...one, record_id: change.id, field: field.code, sort })),
  )
  return [
    ...(gone.length
      ? [
          sql`delete from communication as c using json_to_recordset(${JSON.stringify(gone)}) as v (record_id bigint, id bigint)
            where c.type_id = ${type.id} and (c.record_id, c.id) = (v.record_id, v.id)`,
        ]
      : []),
    ...(rows.length
      ? [
          sql`insert into communication (id, type_id, record_id, field, kind, value, normalized, sort)
            select id, ${type.id}, record_id, field, kind, value, normalized, sort
            from json_to_recordset(${JSON.stringify(rows)}) as v
              (id bigint, record_id bigint, field text, kind text, value text, normalized text, sort integer)
            ${lists.some(({ before }) => before.length) ? replacingValues : sql``}`,
        ]
      : []),
  ]
}

const replacingValues = sql`on conflict (type_id, record_id, id) do update set kind = excluded.kind, value = excluded.value,
  normalized = excluded.normalized, sort = excluded.sort`

function externalIds({ type }: Grant, changes: readonly Change[]): RawBuilder<unknown>[] {
  const lists = listsOf<ExternalId>(changes, kept('external_id'))
  const differing = (from: 'before' | 'after', to: 'before' | 'after') =>
    lists.flatMap((list) =>
      list[from]
        .filter((key) => !list[to].some((one) => same(one, key)))
        .map((key) => ({ ...key, record_id: list.change.id })),
    )
  const [gone, fresh] = [differing('before', 'after'), differing('after', 'before')]
  return [
    ...(gone.length
      ? [
          sql`delete from external_id as e using json_to_recordset(${JSON.stringify(gone)}) as v (record_id bigint, source text, key text)
            where e.type_id = ${type.id} and e.active and (e.record_id, e.source, e.key) = (v.record_id, v.source, v.key)`,
        ]
      : []),
    ...(fresh.length
      ? [
          sql`insert into external_id (type_id, record_id, source, key) select ${type.id}, record_id, source, key
            from json_to_recordset(${JSON.stringify(fresh)}) as v (record_id bigint, source text, key text)`,
        ]
      : []),
  ]
}

function links(grant: Grant, changes: readonly Change[]): RawBuilder<unknown>[] {
  const fields = grant.type.fields.filter(kept('link'))
  return fields.flatMap((field) => {
    const lists = listsOf<Link>(changes, (one) => one === field).filter(({ before, after }) => !same(before, after))
    const gone = lists.flatMap(({ change, before, after }) =>
      before.filter(({ id }) => !after.some((one) => one.id === id)).map(({ id }) => ({ own: change.id, other: id })),
    )
    const rows = lists.flatMap(({ change, after }) =>
      after.map(({ id, primary }, sort) => ({ own: change.id, other: id, sort, primary })),
    )
    const otherType = grant.catalogue.types.get(field.settings.type ?? '')!.id
    return [
      ...(gone.length ? [unlink(field, otherType, gone)] : []),
      ...(rows.length ? [writeLinks(field, otherType, rows)] : []),
    ]
  })
}

interface LinkRow {
  own: number
  other: number
  sort: number
  primary: boolean
}

function unlink(field: Field, otherType: number, gone: readonly Pick<LinkRow, 'own' | 'other'>[]): RawBuilder<unknown> {
  const { own, other } = linkSide(field)
  return sql`delete from link as l using json_to_recordset(${JSON.stringify(gone)}) as v (own bigint, other bigint)
    where l.relation = ${field.settings.relation} and ${sql.ref(`l.${own}_type`)} = ${field.typeId} and ${sql.ref(`l.${own}_id`)} = v.own
    and ${sql.ref(`l.${other}_type`)} = ${otherType} and ${sql.ref(`l.${other}_id`)} = v.other`
}

/** Returns the statement that writes links with the order and primary of one side. Those of the other side stay. */
export function writeLinks(field: Field, otherType: number, rows: readonly LinkRow[]): RawBuilder<unknown> {
  const { own, other, sort, primary } = linkSide(field)
  return sql`insert into link (relation, ${sql.ref(`${own}_type`)}, ${sql.ref(`${own}_id`)}, ${sql.ref(`${other}_type`)},
      ${sql.ref(`${other}_id`)}, ${sql.ref(sort)}, ${sql.ref(primary)})
    select ${field.settings.relation}, ${field.typeId}::integer, own, ${otherType}::integer, other, sort, "primary"
    from json_to_recordset(${JSON.stringify(rows)}) as v (own bigint, other bigint, sort integer, "primary" boolean)
    on conflict (from_type, from_id, relation, to_type, to_id) do update set
      ${sql.ref(sort)} = excluded.${sql.ref(sort)}, ${sql.ref(primary)} = excluded.${sql.ref(primary)}
      where (link.${sql.ref(sort)}, link.${sql.ref(primary)}) is distinct from (excluded.${sql.ref(sort)}, excluded.${sql.ref(primary)})`
}

/** Returns the statements that replace all files of a field whose list changed. A field has few files. */
function files({ type }: Grant, changes: readonly Change[]): RawBuilder<unknown>[] {
  const fields = type.fields.filter(kept('record_file'))
  const edits = changes.flatMap(({ id, before, after }) =>
    fields
      .filter(({ key }) => !same(before?.get(key) ?? null, after.get(key) ?? null))
      .map(({ key }) => ({ record_id: id, field: key, isNew: !before, ids: fileIds(after.get(key)) })),
  )
  const present = edits.filter(({ isNew }) => !isNew)
  const rows = edits.flatMap(({ ids, ...edit }) => ids.map((file_id, sort) => ({ ...edit, file_id, sort })))
  return [
    ...(present.length
      ? [
          sql`delete from record_file as f using json_to_recordset(${JSON.stringify(present)}) as v (record_id bigint, field text)
            where f.type_id = ${type.id} and (f.record_id, f.field) = (v.record_id, v.field)`,
        ]
      : []),
    ...(rows.length
      ? [
          sql`insert into record_file (type_id, record_id, field, file_id, sort) select ${type.id}, record_id, field, file_id, sort
            from json_to_recordset(${JSON.stringify(rows)}) as v (record_id bigint, field text, file_id bigint, sort integer)`,
        ]
      : []),
  ]
}
