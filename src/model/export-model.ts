import pMap from 'p-map'
import { type Database, parallelOptions } from '../database/connect.ts'
import type { EntityType } from '../entities/catalogue.ts'
import { featuresOf } from '../entities/smart-processes.ts'
import type { Field, FieldSettings } from '../fields/field.ts'
import { kindOf } from '../fields/kinds/kinds.ts'
import type { Access } from '../rights/access.ts'
import type { Grant } from '../rights/grant.ts'
import { readFieldsOutsideCards } from '../user-fields/write-user-field.ts'
import { exportCards } from './plan-cards.ts'
import { relationsOf } from './plan-types.ts'
import type { Model, ModelField } from './schemas.ts'

/** Returns the model of the instance, without what the caller does not see. */
export async function exportModel(db: Database, access: Access): Promise<Model> {
  const outside = await readFieldsOutsideCards(db)
  const dictionaries = [...access.catalogue.lookups.dictionaries.values()].map(({ code, name, entries }) => ({
    ...{ code, name },
    entries: entries.map(({ code, label, sort }) => ({ code, label, sort })),
  }))
  const exported = async (grant: Grant) => ({
    code: grant.type.code,
    ...(grant.type.isSmart && namesOf(grant.type, access)),
    fields: [...grant.readable.values()].flatMap((field) =>
      field.userFieldId === null ? [] : [exportedField(field, !outside.has(field.userFieldId))],
    ),
    ...(await exportCards(db, access, grant)),
  })
  const types = await pMap(access.open(), exported, parallelOptions)
  return { format: 1, dictionaries, types }
}

function namesOf(type: EntityType, { catalogue }: Access) {
  const { title, titles, plural } = type
  return { title, titles, plural, features: featuresOf(type), relations: relationsOf(type, catalogue.types) }
}

function exportedField(field: Field, inCard: boolean): ModelField {
  const { code, kind, multiple, label, help, group, sort, required, filterable, sortable, searchable } = field
  return {
    ...{ code, kind, multiple, label, help, group, sort, required, filterable, sortable, searchable, inCard },
    settings: exportedSettings(field) as ModelField['settings'],
    options: field.options.map(({ externalCode = null, ...option }) => ({ ...option, externalCode })),
  }
}

/** Returns the settings that a request can set. A default that is an id means nothing in another instance. */
function exportedSettings({ kind, settings }: Field): Partial<FieldSettings> {
  const { settings: names, pointsTo } = kindOf({ kind })
  const set = names.filter((name) => settings[name] !== undefined)
  const moved = set.filter((name) => name !== 'default' || !pointsTo || typeof settings.default === 'string')
  return Object.fromEntries(moved.map((name) => [name, settings[name]]))
}
