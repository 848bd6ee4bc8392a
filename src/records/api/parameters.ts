import type { SystemType } from '../../entities/types.ts'
import { filterOf, listOperators } from '../../filters/schemas.ts'
import { namesParameter } from '../../lists/parameters.ts'
import { nameOf } from './field-properties.ts'
import { type NameUse, nameUses } from './name-schemas.ts'
import { listParts } from './requests.ts'

/** Returns the query parameters that name fields of a type, as the API document shows them. */
export function namedParameters(type: SystemType) {
  const names = (use: NameUse) => ({ $ref: `#/components/schemas/${nameOf(type.code)}${nameUses[use]}Name` })
  const list = (name: 'sort' | 'fields' | 'expand', description: string, example: string[]) =>
    namesParameter(name, description, example, names(name))
  return {
    filter: filterOf(
      `Filter: \`filter[field]=value\` or \`filter[field][operator]=value\`. A record must match all conditions. Separate the values of ${listOperators} with commas. To filter by a field of a linked record, write the link first: \`filter[responsible.lastName]\`. If there are several linked records, one match is enough.`,
      { createdAt: { gte: 'last30Days' } },
      names('conditions'),
    ),
    sort: list('sort', listParts.sortNote, ['-createdAt', 'id']),
    fields: list('fields', listParts.fieldsNote, ['id', 'createdAt']),
    expand: list('expand', listParts.expandNote, ['responsible', 'createdBy']),
  }
}
