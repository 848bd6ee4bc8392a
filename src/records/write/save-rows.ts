import { sql } from 'kysely'
import type { Part } from '../../database/statement.ts'
import type { EntityType } from '../../entities/catalogue.ts'
import type { Change } from '../../entities/change.ts'
import type { Field } from '../../fields/field.ts'
import type { LinkedRecord } from '../../fields/kind.ts'
import type { Communication } from '../../fields/kinds/communication-kinds.ts'
import type { ExternalId } from '../../fields/kinds/external-ids-kind.ts'
import { fileIds } from '../../fields/kinds/file-kind.ts'
import { kindOf } from '../../fields/kinds/kinds.ts'
import { linkSide, linksWithout, relationOf } from '../../fields/kinds/link-kinds.ts'
import { same } from '../../fields/value.ts'
import type { Grant } from '../../rights/grant.ts'
import { listsOf } from './write-context.ts'

/** Returns the statements that write values in tables of their own: communications, external keys, links, files. */
export function rowStatements(grant: Grant, changes: readonly Change[]): Part[] {
  return [
    ...communications(grant, changes),
    ...externalIds(grant, changes),
    ...links(grant, changes),
    ...files(grant, changes),
  ]
}

const kept = (table: string) => (field: Field) => kindOf(field).rows === table

function communications({ type }: Grant, changes: readonly Change[]): Part[] {
  const lists = listsOf<Communication>(changes, kept('communication')).filter(
    ({ before, after }) => !same(before, after),
  )
  const gone = lists.flatMap(({ change, before, after }) =>
    before.filter(({ id }) => !after.some((one) => one.id === id)).map(({ id }) => ({ record_id: change.id, id })),
  )
  const rows = lists.flatMap(({ change, field, after }) =>
    after.map((one, sort) => ({ ...one, record_id: change.id, field: field.code, sort })),
  )
  const write = lists.some(({ before }) => before.length) ? writeValues : addValues
  return [...onRows('remove values', type, gone, removeValues), ...onRows(write.name, type, rows, write)]
}

/** Returns the part that does something to rows of a record type, if there are any. */
function onRows(shape: string, { id }: EntityType, rows: readonly object[], sql: Part['sql']): Part[] {
  return rows.length ? [{ shape, values: [id, JSON.stringify(rows)], sql }] : []
}

const removeValues: Part['sql'] = (
  typeId,
  rows,
) => sql`delete from communication as c using json_to_recordset(${rows}) as v (record_id bigint, id bigint)
  where c.type_id = ${typeId} and (c.record_id, c.id) = (v.record_id, v.id)`

const addValues: Part['sql'] = (typeId, rows) =>
  sql`insert into communication (id, type_id, record_id, field, kind, value, normalized, sort)
    select id, ${typeId}, record_id, field, kind, value, normalized, sort from json_to_recordset(${rows}) as v
      (id bigint, record_id bigint, field text, kind text, value text, normalized text, sort integer)`

const writeValues: Part['sql'] = (typeId, rows) =>
  sql`${addValues(typeId, rows)} on conflict (type_id, record_id, id) do update set kind = excluded.kind,
    value = excluded.value, normalized = excluded.normalized, sort = excluded.sort`

function externalIds({ type }: Grant, changes: readonly Change[]): Part[] {
  const lists = listsOf<ExternalId>(changes, kept('external_id'))
  const differing = (from: 'before' | 'after', to: 'before' | 'after') =>
    lists.flatMap((list) =>
      list[from]
        .filter((key) => !list[to].some((one) => same(one, key)))
        .map((key) => ({ ...key, record_id: list.change.id })),
    )
  const [gone, fresh] = [differing('before', 'after'), differing('after', 'before')]
  return [...onRows('remove keys', type, gone, removeKeys), ...onRows('add keys', type, fresh, addKeys)]
}

const removeKeys: Part['sql'] = (typeId, rows) =>
  sql`delete from external_id as e using json_to_recordset(${rows}) as v (record_id bigint, source text, key text)
    where e.type_id = ${typeId} and e.active and (e.record_id, e.source, e.key) = (v.record_id, v.source, v.key)`

const addKeys: Part['sql'] = (typeId, rows) =>
  sql`insert into external_id (type_id, record_id, source, key) select ${typeId}, record_id, source, key
    from json_to_recordset(${rows}) as v (record_id bigint, source text, key text)`

function links(grant: Grant, changes: readonly Change[]): Part[] {
  return grant.type.fields.filter(kept('link')).flatMap((field) => {
    const { gone, fresh, rest } = linkEdits(field, changes)
    const ofTypes = (rows: readonly TypedLinkRow[], part: (otherType: number, rows: readonly LinkRow[]) => Part) =>
      [...Map.groupBy(rows, ({ type }) => type)].map(([type, ofType]) =>
        part(grant.catalogue.types.get(type)!.id, ofType),
      )
    return [
      ...ofTypes(gone, (otherType, rows) => unlink(field, otherType, rows)),
      ...ofTypes(fresh, (otherType, rows) => addLinks(field, otherType, rows)),
      ...ofTypes(rest, (otherType, rows) => placeLinks(field, otherType, rows)),
    ]
  })
}

/** Returns the links of a field that changes remove and add, and the rest of the lists that they change. */
function linkEdits(field: Field, changes: readonly Change[]) {
  const linked = kindOf(field).linked!
  const [gone, fresh, rest]: [TypedLinkRow[], TypedLinkRow[], TypedLinkRow[]] = [[], [], []]
  for (const change of changes) {
    const [old, present] = [change.before?.get(field.key), change.after.get(field.key)]
    if (old === present || same(old, present)) continue
    const [before, after] = [linked(field, old ?? []), linked(field, present ?? [])]
    const row = ({ type, id, primary }: LinkedRecord, sort: number) => ({
      own: change.id,
      type,
      other: id,
      sort,
      primary,
    })
    gone.push(...linksWithout(before, after).map(row))
    const added = new Set(linksWithout(after, before))
    for (const [sort, link] of after.entries()) (added.has(link) ? fresh : rest).push(row(link, sort))
  }
  return { gone, fresh, rest }
}

interface LinkRow {
  own: number
  other: number
  sort: number
  primary: boolean
}

type TypedLinkRow = LinkRow & { type: string }

function unlink(field: Field, otherType: number, gone: readonly Pick<LinkRow, 'own' | 'other'>[]): Part {
  const { own, other } = linkSide(field)
  return {
    shape: `unlink ${own}`,
    values: [relationOf(field), field.typeId, otherType, JSON.stringify(gone)],
    sql: (relation, typeId, otherId, rows) =>
      sql`delete from link as l using json_to_recordset(${rows}) as v (own bigint, other bigint)
        where l.relation = ${relation} and ${sql.ref(`l.${own}_type`)} = ${typeId} and ${sql.ref(`l.${own}_id`)} = v.own
        and ${sql.ref(`l.${other}_type`)} = ${otherId} and ${sql.ref(`l.${other}_id`)} = v.other`,
  }
}

/** Returns the statement that adds links with the order and primary of one side. If one exists, its other side stays. */
function addLinks(field: Field, otherType: number, rows: readonly LinkRow[]): Part {
  const { own, other, sort, primary } = linkSide(field)
  const [place, first] = [sql.ref(sort), sql.ref(primary)]
  return {
    shape: `link ${own}`,
    values: [relationOf(field), field.typeId, otherType, JSON.stringify(rows), field.userFieldId],
    sql: (
      relation,
      typeId,
      otherId,
      links,
      fieldId,
    ) => sql`insert into link (relation, field_id, ${sql.ref(`${own}_type`)},
        ${sql.ref(`${own}_id`)}, ${sql.ref(`${other}_type`)}, ${sql.ref(`${other}_id`)}, ${place}, ${first})
      select ${relation}, ${fieldId}::bigint, ${typeId}::integer, own, ${otherId}::integer, other, sort, "primary"
      from json_to_recordset(${links}) as v (own bigint, other bigint, sort integer, "primary" boolean)
      on conflict (from_type, from_id, relation, to_type, to_id) do update set
        ${place} = excluded.${place}, ${first} = excluded.${first}
        where (link.${place}, link.${first}) is distinct from (excluded.${place}, excluded.${first})`,
  }
}

/**
 * Returns the statement that writes the order and primary of one side of existing links. Those of the other side stay. A
 * hidden link whose record was purged meanwhile is not written again.
 */
export function placeLinks(field: Field, otherType: number, rows: readonly LinkRow[]): Part {
  const { own, other, sort, primary } = linkSide(field)
  const [place, first] = [sql.ref(sort), sql.ref(primary)]
  return {
    shape: `place ${own}`,
    values: [relationOf(field), field.typeId, otherType, JSON.stringify(rows)],
    sql: (relation, typeId, otherId, links) => sql`update link as l set ${place} = v.sort, ${first} = v."primary"
      from json_to_recordset(${links}) as v (own bigint, other bigint, sort integer, "primary" boolean)
      where l.relation = ${relation} and ${sql.ref(`l.${own}_type`)} = ${typeId} and ${sql.ref(`l.${own}_id`)} = v.own
        and ${sql.ref(`l.${other}_type`)} = ${otherId} and ${sql.ref(`l.${other}_id`)} = v.other
        and (l.${place}, l.${first}) is distinct from (v.sort, v."primary")`,
  }
}

/** Returns the statements that replace all files of a field whose list changed. A field has few files. */
function files({ type }: Grant, changes: readonly Change[]): Part[] {
  const fields = type.fields.filter(kept('record_file'))
  const edits = changes.flatMap(({ id, before, after }) =>
    fields
      .filter(({ key }) => !same(before?.get(key) ?? null, after.get(key) ?? null))
      .map(({ key }) => ({ record_id: id, field: key, isNew: !before, ids: fileIds(after.get(key)) })),
  )
  const present = edits.filter(({ isNew }) => !isNew)
  const rows = edits.flatMap(({ ids, ...edit }) => ids.map((file_id, sort) => ({ ...edit, file_id, sort })))
  return [...onRows('remove files', type, present, removeFiles), ...onRows('add files', type, rows, addFiles)]
}

const removeFiles: Part['sql'] = (typeId, rows) =>
  sql`delete from record_file as f using json_to_recordset(${rows}) as v (record_id bigint, field text)
    where f.type_id = ${typeId} and (f.record_id, f.field) = (v.record_id, v.field)`

const addFiles: Part['sql'] = (typeId, rows) =>
  sql`insert into record_file (type_id, record_id, field, file_id, sort) select ${typeId}, record_id, field, file_id, sort
    from json_to_recordset(${rows}) as v (record_id bigint, field text, file_id bigint, sort integer)`
