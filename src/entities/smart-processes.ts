import type { Labels } from '../errors/language.ts'
import type { Field } from '../fields/field.ts'
import { commonFields, fieldsOf, traitFields } from './system-fields.ts'
import { type SystemType, type Trait, typeOf } from './types.ts'

/** A type of records that a company adds. */
export interface SmartProcess {
  /** Its number, which is its id in the database. */
  id: number
  code: string
  table: string
  plural: string
  title: Labels
  titles: Labels
  traits: readonly Trait[]
}

/** The features that a smart process can have. */
export const features = [
  ...['stages', 'pipelines', 'client', 'money', 'myCompany', 'dates'],
  ...['communications', 'address', 'duplicates', 'source', 'observers', 'recycleBin'],
] as const satisfies readonly Trait[]
/** A feature that a smart process can have. */
export type Feature = (typeof features)[number]

/** Returns the features of a smart process that can be switched off. */
export function featuresOf({ traits }: Pick<SystemType, 'traits'>): Feature[] {
  return features.filter((feature) => traits.has(feature))
}

/** Returns the feature that a smart process lacks and that would give it a field or a part of one. */
export function missingFeature({ isSmart, traits }: SystemType, path: string): Feature | undefined {
  const [code] = path.split('.')
  const brings = (feature: Feature) =>
    traitFields[feature]?.some((field) => field.code === code) ||
    commonFields.tail.some((field) => field.trait === feature && field.code === code)
  return isSmart ? features.find((feature) => !traits.has(feature) && brings(feature)) : undefined
}

/** Returns the name of the table of a smart process. */
export function smartTable(number: number): string {
  return `t_${number}`
}

/** Returns the record type of a smart process, without its parents and user fields. */
export function smartProcess({ table, ...given }: SmartProcess): SystemType {
  const { id, code, title } = given
  const descriptor = { ...given, prefix: `T${id.toString(16)}`, own: [], example: { title: title.en } }
  return { ...typeOf(descriptor, { table, path: `/types/${code}/items` }), isSmart: true }
}

/** The shape of all smart processes, for routes and the API document. */
export const anySmartProcess: SystemType = {
  ...smartProcess({
    id: 0,
    code: 'item',
    table: '',
    plural: 'items',
    title: { en: 'Item', ru: 'Элемент' },
    titles: { en: 'Items', ru: 'Элементы' },
    traits: ['title', ...features],
  }),
  path: '/types/:code/items',
  isAny: true,
}

/** Returns the fields of a child type that hold the parents of its records, one for each parent type. */
export function parentFields(childId: number, parents: readonly SystemType[]): Field[] {
  return parents.map(({ id, code, title, table }) => {
    const [field] = fieldsOf(childId, [
      { code: `${code}Id`, kind: 'record', indexed: true, label: title, settings: { type: code } },
    ])
    return { ...field!, column: `parent_${id}`, linkedTable: table }
  })
}
