import { sql } from 'kysely'
import type { Database } from '../database/connect.ts'
import { type Field, type FieldSettings, userFieldColumn } from '../fields/field.ts'
import type { KindName } from '../fields/kind-names.ts'
import type { Lookups, Pipeline, Plan, Settings } from '../fields/lookups.ts'
import type { SystemType } from './types.ts'

/** A record type with all its fields. */
export interface EntityType extends Omit<SystemType, 'fields'> {
  /** System fields first, then user fields in sort order. */
  fields: readonly Field[]
}

/** The record types, fields and lookups of the instance at one version. */
export interface Catalogue {
  version: number
  types: ReadonlyMap<string, EntityType>
  lookups: Lookups
}

type Loaded = Awaited<ReturnType<typeof load>>

/** A cache of the current catalogue. Concurrent requests share one load. */
export class CatalogueCache {
  readonly #db: Database
  readonly #types: readonly SystemType[]
  #loads = 0
  #current: { version: number; catalogue: Promise<Catalogue> } | undefined

  constructor(db: Database, types: readonly SystemType[]) {
    this.#db = db
    this.#types = types
  }

  /** Returns a cache of the same types that reads through another database handle. */
  on(db: Database): CatalogueCache {
    return new CatalogueCache(db, this.#types)
  }

  /** Number of loads so far. */
  get loads(): number {
    return this.#loads
  }

  /** Returns the catalogue at this version or a newer one. Authentication reads the current version. */
  async at(version: number): Promise<Catalogue> {
    if (!this.#current || this.#current.version < version) {
      this.#loads++
      const catalogue = load(this.#db).then((loaded) => assemble(this.#types, loaded))
      this.#current = { version, catalogue }
      catalogue.catch(() => {
        this.#current = undefined
      })
    }
    return await this.#current.catalogue
  }

  /** Returns the current catalogue. */
  async latest(): Promise<Catalogue> {
    const { catalogue } = await this.#db.selectFrom('local.revision').select('catalogue').executeTakeFirstOrThrow()
    return await this.at(catalogue)
  }
}

/** Reads the catalogue in one statement, so that all parts are consistent. */
async function load(db: Database) {
  const { rows } = await sql<{
    version: number
    fields: UserFieldRow[]
    settings: Settings
    plan: Plan
    dictionaries: Lookups['dictionaries'] extends ReadonlyMap<string, infer D> ? D[] : never
    currencies: Lookups['currencies'] extends ReadonlyMap<string, infer C> ? C[] : never
    pipelines: Pipeline[]
  }>`
    select
      (select catalogue from local.revision) as version,
      coalesce((select json_agg(json_build_object(
        'id', f.id, 'typeId', f.type_id, 'code', f.code, 'kind', f.kind, 'multiple', f.multiple, 'label', f.label,
        'help', f.help, 'sort', f.sort, 'required', f.required, 'settings', f.settings,
        'filterable', f.filterable, 'sortable', f.sortable,
        'searchable', f.searchable, 'searchReady', f.searchable and f.search_ready,
        'options', coalesce((select json_agg(json_build_object('code', o.code, 'label', o.label, 'sort', o.sort,
          'default', o.is_default) order by o.sort, o.id) from field_option o where o.field_id = f.id), '[]')
      ) order by f.sort, f.id) from user_field f), '[]') as fields,
      coalesce((select json_object_agg(key, value) from setting), '{}') as settings,
      (select json_build_object('code', code, 'name', name, 'features', features,
        'searchLimit', search_limit, 'analyticsLimit', analytics_limit)
        from plan order by to_jsonb(code) = (select value from setting where key = 'plan') desc, code = 'default' desc
        limit 1) as plan,
      coalesce((select json_agg(json_build_object('code', d.code, 'name', d.name,
        'entries', coalesce((select json_agg(json_build_object('code', e.code, 'label', e.label, 'sort', e.sort,
          'system', e.system) order by e.sort, e.id) from dictionary_entry e where e.dictionary = d.code), '[]'))
        order by d.code) from dictionary d), '[]') as dictionaries,
      coalesce((select json_agg(json_build_object('code', code, 'name', name, 'digits', digits, 'isBase', is_base)
        order by sort, code) from currency), '[]') as currencies,
      coalesce((select json_agg(json_build_object('id', p.id, 'typeId', p.type_id, 'name', p.name,
        'isDefault', p.is_default, 'sort', p.sort, 'failureNeedsReason', p.failure_needs_reason,
        'stages', coalesce((select json_agg(json_build_object('id', s.code, 'name', s.name, 'semantic', s.semantic,
          'color', s.color, 'sort', s.sort, 'requiredFields', s.required_fields, 'nextStages', s.next_stages) order by s.sort, s.id) from stage s where s.pipeline_id = p.id), '[]'))
        order by p.is_default desc, p.sort, p.id) from pipeline p), '[]') as pipelines`.execute(db)
  return rows[0]!
}

interface UserFieldRow
  extends Pick<
    Field,
    | 'typeId'
    | 'code'
    | 'multiple'
    | 'label'
    | 'help'
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

function assemble(types: readonly SystemType[], loaded: Loaded): Catalogue {
  const fields = loaded.fields.map(userField)
  const lookups: Lookups = {
    settings: loaded.settings,
    plan: loaded.plan,
    dictionaries: new Map(loaded.dictionaries.map((one) => [one.code, one])),
    currencies: new Map(loaded.currencies.map((one) => [one.code, one])),
    pipelines: Map.groupBy(loaded.pipelines, ({ typeId }) => typeId),
  }
  const entities = types.map((type) => ({
    ...type,
    fields: [...type.fields, ...fields.filter(({ typeId }) => typeId === type.id)],
  }))
  return { version: loaded.version, lookups, types: new Map(entities.map((type) => [type.code, type])) }
}

function userField({ id, ...row }: UserFieldRow): Field {
  const column = userFieldColumn(id)
  return {
    ...row,
    key: column,
    path: `userFields.${row.code}`,
    column,
    notNull: false,
    readOnly: false,
    userFieldId: id,
    aliases: [],
  }
}
