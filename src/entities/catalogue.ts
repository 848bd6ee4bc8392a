import { sql } from 'kysely'
import type { Database } from '../database/connect.ts'
import type { Labels } from '../errors/language.ts'
import { type Field, type FieldSettings, type LinkedType, userFieldColumn } from '../fields/field.ts'
import type { KindName } from '../fields/kind-names.ts'
import type { Lookups, Pipeline, Plan, Settings } from '../fields/lookups.ts'
import { parentFields, smartProcess } from './smart-processes.ts'
import type { SystemType, Trait } from './types.ts'

/** A record type with all its fields. */
export interface EntityType extends Omit<SystemType, 'fields'> {
  /** System fields first, then parents, then user fields in sort order. */
  fields: readonly Field[]
  /** Codes of the types whose records can be parents of its records. */
  parents: readonly string[]
  /** Keys of the fields that the search for duplicates compares besides the usual ones. A deleted field leaves an empty key. */
  comparedFields: readonly string[]
}

/** The record types, fields and lookups of the instance at one version. */
export interface Catalogue {
  version: number
  /** The version of what responses depend on: all but which indexes exist. */
  modelVersion: number
  types: ReadonlyMap<string, EntityType>
  lookups: Lookups
}

/** The types that a server knows, by id. A type with the same version has not changed. */
type Known = ReadonlyMap<number, { version: number; type: EntityType }>

interface Loaded {
  catalogue: Catalogue
  known: Known
}

/** A cache of the current catalogue. Concurrent requests share one load. */
export class CatalogueCache {
  readonly #db: Database
  readonly #types: readonly SystemType[]
  #loads = 0
  #current: { version: number; loaded: Promise<Loaded> } | undefined
  #known: Known = new Map()

  constructor(db: Database, types: readonly SystemType[]) {
    this.#db = db
    this.#types = types
  }

  /** Returns a cache of the same types that reads what this one does not know through another database handle. */
  on(db: Database): CatalogueCache {
    const cache = new CatalogueCache(db, this.#types)
    cache.#known = this.#known
    return cache
  }

  /** Number of loads so far. */
  get loads(): number {
    return this.#loads
  }

  /** Returns the catalogue at this version or a newer one. Authentication reads the current version. */
  async at(version: number): Promise<Catalogue> {
    if (!this.#current || this.#current.version < version) {
      this.#loads++
      const known = this.#known
      const loaded = load(this.#db, known).then((rows) => assemble(this.#types, rows, known))
      this.#current = { version, loaded }
      loaded.catch(() => {
        this.#current = undefined
      })
    }
    const { catalogue, known } = await this.#current.loaded
    this.#known = known
    return catalogue
  }

  /** Returns the current catalogue. */
  async latest(): Promise<Catalogue> {
    const { catalogue } = await this.#db.selectFrom('local.revision').select('catalogue').executeTakeFirstOrThrow()
    return await this.at(catalogue)
  }
}

/** The catalogue as the database returns it. */
interface Rows {
  version: number
  modelVersion: number
  types: TypeRow[]
  settings: Settings
  plan: Plan
  dictionaries: Lookups['dictionaries'] extends ReadonlyMap<string, infer D> ? D[] : never
  currencies: Lookups['currencies'] extends ReadonlyMap<string, infer C> ? C[] : never
  pipelines: Pipeline[]
}

/**
 * Reads the catalogue in one statement, so that all parts are consistent. Types at a known version come without fields.
 */
async function load(db: Database, known: Known): Promise<Rows> {
  const versions = JSON.stringify(Object.fromEntries([...known].map(([id, { version }]) => [id, version])))
  const { rows } = await sql<Rows>`
    select
      (select catalogue from local.revision) as version,
      (select model from local.revision) as "modelVersion",
      (select json_agg(json_build_object(
        'id', t.id, 'code', t.code, 'table', t.table_name, 'traits', t.traits, 'plural', t.plural, 'title', t.title,
        'titles', t.titles, 'version', coalesce(r.version, 0),
        'comparedFields', coalesce((select to_json(fields) from duplicate_setting where type_id = t.id), '[]'),
        'parentIds', array(select parent_type from type_relation where child_type = t.id order by parent_type),
        'fields', case when coalesce(r.version, 0) is distinct from (${versions}::jsonb ->> t.id::text)::bigint then
          coalesce((${userFields}), '[]') end) order by t.id)
        from record_type as t left join local.type_revision as r on r.type_id = t.id) as types,
      coalesce((select json_object_agg(key, value) from setting), '{}') as settings,
      (select json_build_object('code', code, 'name', name, 'features', features,
        'searchLimit', search_limit, 'analyticsLimit', analytics_limit)
        from plan order by to_jsonb(code) = (select value from setting where key = 'plan') desc, code = 'default' desc
        limit 1) as plan,
      coalesce((select json_agg(json_build_object('code', d.code, 'name', d.name,
        'entries', coalesce((select json_agg(json_build_object('code', e.code, 'label', e.label, 'sort', e.sort,
          'system', e.system) order by e.sort, e.id) from dictionary_entry e where e.dictionary = d.code), '[]'))
        order by d.code) from dictionary d), '[]') as dictionaries,
      coalesce((select json_agg(json_build_object('code', code, 'name', name, 'digits', digits, 'sort', sort)
        order by sort, code) from currency), '[]') as currencies,
      coalesce((select json_agg(json_build_object('id', p.id, 'typeId', p.type_id, 'name', p.name,
        'isDefault', p.is_default, 'sort', p.sort, 'failureNeedsReason', p.failure_needs_reason,
        'stageProbabilities', p.stage_probabilities,
        'stages', coalesce((select json_agg(json_build_object('id', s.code, 'name', s.name, 'semantic', s.semantic,
          'color', s.color, 'sort', s.sort, 'number', s.id, 'requiredFields', s.required_fields, 'nextStages', s.next_stages) order by s.sort, s.id) from stage s where s.pipeline_id = p.id), '[]'))
        order by p.is_default desc, p.sort, p.id) from pipeline p), '[]') as pipelines`.execute(db)
  return rows[0]!
}

/** SQL of the user fields of the type `t`. */
const userFields = sql`select json_agg(json_build_object(
    'id', f.id, 'typeId', f.type_id, 'code', f.code, 'kind', f.kind, 'multiple', f.multiple, 'label', f.label,
    'help', f.help, 'group', f.group_label, 'sort', f.sort, 'required', f.required, 'settings', f.settings,
    'filterable', f.filterable, 'sortable', f.sortable,
    'searchable', f.searchable, 'searchReady', f.searchable and exists (select from local.search_index as i where i.field_id = f.id),
    'options', coalesce((select json_agg(json_build_object('code', o.code, 'label', o.label, 'sort', o.sort,
      'default', o.is_default, 'externalCode', o.external_code) order by o.sort, o.id) from field_option as o where o.field_id = f.id), '[]')
  ) order by f.sort, f.id) from user_field as f where f.type_id = t.id`

interface UserFieldRow
  extends Pick<
    Field,
    | 'typeId'
    | 'code'
    | 'multiple'
    | 'label'
    | 'help'
    | 'group'
    | 'sort'
    | 'required'
    | 'options'
    | 'filterable'
    | 'sortable'
    | 'searchable'
    | 'searchReady'
  > {
  id: number
  kind: KindName
  settings: FieldSettings
}

/** A record type in the database. The names of the types that every instance has are in the code. */
interface TypeRow extends Pick<SystemType, 'id' | 'code' | 'table'> {
  traits: Trait[]
  plural: string | null
  title: Labels | null
  titles: Labels | null
  version: number
  parentIds: number[]
  comparedFields: string[]
  /** Null if the type has not changed. */
  fields: UserFieldRow[] | null
}

function assemble(types: readonly SystemType[], loaded: Rows, before: Known): Loaded {
  const shapes = new Map(loaded.types.flatMap((row) => shapeOf(row, types) ?? []).map((shape) => [shape.id, shape]))
  const known = new Map(
    loaded.types.flatMap(({ id, version, parentIds, comparedFields, fields }) => {
      const shape = shapes.get(id)
      if (!shape) return []
      const parents = parentIds.flatMap((parent) => shapes.get(parent) ?? [])
      const rows = fields && { fields, comparedFields }
      const type = rows ? entityType(shape, parents, rows, shapes) : before.get(id)!.type
      return [[id, { version, type }] as const]
    }),
  )
  const hasStages = ({ typeId }: Pipeline) => known.get(typeId)?.type.traits.has('stages')
  const lookups: Lookups = {
    settings: loaded.settings,
    plan: loaded.plan,
    dictionaries: new Map(loaded.dictionaries.map((one) => [one.code, one])),
    currencies: new Map(loaded.currencies.map((one) => [one.code, one])),
    // A smart process whose stages were switched off still has pipelines.
    pipelines: Map.groupBy(loaded.pipelines.filter(hasStages), ({ typeId }) => typeId),
  }
  const entities = new Map([...known.values()].map(({ type }) => [type.code, type]))
  return { known, catalogue: { version: loaded.version, modelVersion: loaded.modelVersion, lookups, types: entities } }
}

/** Returns a type of the code, or a smart process. A type that this version of the code does not know is left out. */
function shapeOf(row: TypeRow, types: readonly SystemType[]): SystemType | undefined {
  const { plural, title, titles } = row
  if (plural === null || !title || !titles) return types.find(({ id }) => id === row.id)
  return smartProcess({ ...row, plural, title, titles })
}

/** The record types by id. */
type Shapes = ReadonlyMap<number, SystemType>

function entityType(
  shape: SystemType,
  parents: readonly SystemType[],
  { fields, comparedFields }: { fields: readonly UserFieldRow[]; comparedFields: readonly string[] },
  shapes: Shapes,
): EntityType {
  const own = fields.map((row) => userField(row, shapes))
  const all = [...shape.fields, ...parentFields(shape.id, parents), ...own]
  return { ...shape, fields: all, parents: parents.map(({ code }) => code), comparedFields }
}

function userField({ id, ...row }: UserFieldRow, shapes: Shapes): Field {
  const column = userFieldColumn(id)
  const { types: allowed, pastTypes = [] } = row.settings
  const isLinked = ({ code }: SystemType) => allowed?.includes(code) || pastTypes.includes(code)
  return {
    ...row,
    ...(allowed && { linkedTypes: [...shapes.values()].filter(isLinked).map(linkedType) }),
    key: column,
    path: `userFields.${row.code}`,
    column,
    notNull: false,
    readOnly: false,
    userFieldId: id,
  }
}

/** Returns what links need to know of a record type. */
function linkedType({ id, code, prefix, table }: SystemType): LinkedType {
  return { id, code, prefix, table }
}
