import type { SystemType } from '../../entities/types.ts'
import { filterOf } from '../../filters/schemas.ts'
import { type NameUse, nameUses } from './name-schemas.ts'
import { listParts } from './requests.ts'
import { nameOf } from './schemas.ts'

/** The parameters that name fields of a type, as the document shows them. */
export function namedParameters(type: SystemType) {
  const names = (use: NameUse) => ({ $ref: `#/components/schemas/${nameOf(type.code)}${nameUses[use]}Name` })
  const list = (name: 'sort' | 'fields' | 'expand', description: string, example: string[]) => ({
    ...{ name, in: 'query', style: 'form', explode: false, description, example },
    schema: { type: 'array', items: names(name) },
  })
  return {
    filter: filterOf(
      'Conditions that all have to hold: `filter[field]=value` or `filter[field][operator]=value`, with commas between the values of in, nin and between. Fields of linked records are named over the link, such as `filter[responsible.lastName]`; of several linked records one is enough.',
      { createdAt: { gte: 'last30Days' } },
      names('conditions'),
    ),
    sort: list('sort', listParts.sortNote, ['-createdAt', 'id']),
    fields: list('fields', 'Fields to answer; all when left out. The id is always there.', ['id', 'createdAt']),
    expand: list('expand', listParts.expandNote, ['responsible', 'createdBy']),
  }
}
