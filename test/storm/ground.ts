import { userFieldColumn } from '../../src/fields/field.ts'
import { storedDifferently } from '../stored-twice.ts'
import { type Plural, plurals, types } from './account.ts'
import type { Servers } from './servers.ts'

/** A link as responses and histories have it. */
export interface Link {
  id: number
  primary: boolean
}

/** The state of the database that responses do not show. Records are named `contacts 5`. */
export interface StoredState {
  /** Stored lists of links, by `contacts 5 companies`, including links to records in the recycle bin. */
  links: Map<string, Link[]>
  /** Records in the recycle bin. */
  binned: Set<string>
  /** Records with a purge in the history. */
  purged: Set<string>
  /** Versions, as `contacts 5 7`, that changed only fields deleted since. Histories omit them. */
  untold: Set<string>
  /** Records whose version differs from their last history entry or whose versions have gaps, and values stored differently. */
  faults: string[]
}

type Query = Servers['query']
interface Row {
  type: string
  id: number
}
const pluralOf = (code: string) => plurals.find((plural) => types[plural].code === code) as Plural
const nameOf = ({ type, id }: Row) => `${pluralOf(type)} ${id}`

/** Reads the state after all changes have ended. */
export async function readStoredState({ query }: Pick<Servers, 'query'>): Promise<StoredState> {
  const codes = Object.values(types).map(({ code }) => code)
  const binned = await query(
    codes.map((code) => `select '${code}' as type, id from ${code} where deleted_at > '-infinity'`).join(' union all '),
  )
  const purged = await query(
    `select t.code as type, record_id as id from history join record_type as t on t.id = type_id where kind = 'purged'`,
  )
  return {
    links: await linksOf(query),
    binned: new Set((binned as Row[]).map(nameOf)),
    purged: new Set((purged as Row[]).map(nameOf)),
    untold: await untoldOf(query),
    faults: [
      ...(await gapsOf(query)),
      ...(await versionFaultsOf(query, codes)),
      ...(await entryFaultsOf(query, codes)),
      ...(await storedDifferently(query)).map((name) => `${name}: differs between the record and its own table`),
    ],
  }
}

/** Returns each list from its own side. */
async function linksOf(query: Query): Promise<StoredState['links']> {
  const rows = await query(`
    with side as (
      select from_type as type_id, from_id as own, to_type as other_type, to_id as other, sort, is_primary as main, id from link
      union all
      select to_type, to_id, from_type, from_id, back_sort, back_primary, id from link where relation = 'contact-company'),
    placed as (
      select *, row_number() over (partition by type_id, own, other_type order by main desc, sort, id) as place from side)
    select t.code as type, own as id, o.code as other,
      json_agg(json_build_object('id', other, 'primary', place = 1) order by sort, placed.id) as list
    from placed join record_type as t on t.id = type_id join record_type as o on o.id = other_type group by 1, 2, 3`)
  return new Map(
    (rows as (Row & { other: string; list: Link[] })[]).map((row) => [
      `${nameOf(row)} ${pluralOf(row.other)}`,
      row.list,
    ]),
  )
}

async function untoldOf(query: Query): Promise<StoredState['untold']> {
  const fields = (await query('select id from user_field')) as { id: number }[]
  const codes = JSON.stringify(fields.map(({ id }) => userFieldColumn(id)))
  const rows = await query(`
    select t.code as type, record_id as id, version from history join record_type as t on t.id = type_id
    where kind = 'changed' and not exists (
      select from jsonb_object_keys(changes) as key
      where key !~ '^${userFieldColumn(0).replace('0', '[0-9]+')}$' or '${codes}'::jsonb ? key)`)
  return new Set((rows as (Row & { version: number })[]).map((row) => `${nameOf(row)} ${row.version}`))
}

async function gapsOf(query: Query): Promise<string[]> {
  const rows = await query(`
    select t.code as type, record_id as id, array_agg(version order by entry.id)::text as versions
    from (select *, row_number() over (partition by type_id, record_id order by id) as place from history) as entry
      join record_type as t on t.id = type_id
    group by 1, 2
    having case when bool_or(kind = 'purged') then count(*) > 1 else bool_or(version <> place) end`)
  return (rows as (Row & { versions: string })[]).map((row) => `${nameOf(row)} has the versions ${row.versions}`)
}

async function versionFaultsOf(query: Query, codes: string[]): Promise<string[]> {
  const ofType = (code: string) => `
    select '${code}' as type, record.id, record.version, (select h.version from history as h
      where h.type_id = (select t.id from record_type as t where t.code = '${code}') and h.record_id = record.id
      order by h.id desc limit 1) as last
    from ${code} as record`
  const rows = await query(
    `select * from (${codes.map(ofType).join(' union all ')}) as record where version is distinct from last`,
  )
  return (rows as (Row & { version: number; last: number | null })[]).map(
    (row) => `${nameOf(row)} has version ${row.version}; its history ends with ${row.last}`,
  )
}

async function entryFaultsOf(query: Query, codes: string[]): Promise<string[]> {
  const ofType = (code: string) => `select '${code}' as type, id, source from ${code} as record
    where source not in (select e.code from dictionary_entry as e where dictionary = 'SOURCE')`
  const rows = await query(codes.map(ofType).join(' union all '))
  return (rows as (Row & { source: string })[]).map((row) => `${nameOf(row)} has the deleted source ${row.source}`)
}
