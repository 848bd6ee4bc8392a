import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type ColumnMap, mapColumns, type SetDescription } from './columns.ts'
import { type Row, readRows } from './rows.ts'
import { type RecordType, typeOf } from './types.ts'

/** A set of records whose duplicates are known. */
export interface KnownSet {
  name: string
  type: RecordType
  columns: ColumnMap
  rows: readonly Row[]
  truth: Truth
}

/** Which records are one. */
export interface Truth {
  /** The entity of each record, by the id of the file. */
  entities: ReadonlyMap<string, string>
  /** The source of each record, if only pairs of different sources count. */
  sources?: ReadonlyMap<string, string>
}

/** Returns the descriptions of the sets of a folder, or of those that are named. */
export function describeSets(folder: string, names: readonly string[]): [string, SetDescription][] {
  const described = JSON.parse(readFileSync(join(folder, 'datasets.json'), 'utf8')) as Record<string, SetDescription>
  return Object.entries(described).filter(([name]) => !names.length || names.includes(name))
}

/** Reads the sets of a folder that have records, or those that are named. */
export function readSets(folder: string, names: readonly string[]): KnownSet[] {
  return describeSets(folder, names)
    .filter(([name]) => existsSync(join(folder, name, 'records.csv')))
    .map(([name, description]) => readSet(join(folder, name), name, description))
}

function readSet(folder: string, name: string, description: SetDescription): KnownSet {
  const rows = readRows(join(folder, 'records.csv'))
  const entities = entitiesOf(rows, readRows(join(folder, description.truth)))
  const { link } = description
  const sources = link === undefined ? undefined : new Map(rows.map((row) => [row.id!, row[link]!]))
  const columns = mapColumns(description, Object.keys(rows[0] ?? {}))
  return {
    name,
    type: typeOf(name, description.entity),
    columns,
    rows,
    truth: { entities, ...(sources && { sources }) },
  }
}

/** Returns the entities from a file of records with clusters, or from a file of pairs. */
function entitiesOf(rows: readonly Row[], truth: readonly Row[]): Map<string, string> {
  const entities = new Map(rows.map(({ id = '' }) => [id, id]))
  if (truth[0] && 'cluster' in truth[0]) {
    for (const { id = '', cluster = '' } of truth) entities.set(id, `cluster ${cluster}`)
    return entities
  }
  for (const { id1 = '', id2 = '' } of truth) {
    const [from, to] = [entities.get(id1)!, entities.get(id2)!]
    for (const [id, entity] of entities) if (entity === from) entities.set(id, to)
  }
  return entities
}
