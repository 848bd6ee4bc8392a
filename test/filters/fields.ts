import { type Comparison, type FilterField, operatorsOf } from './model.ts'
import type { Records } from './records.ts'
import { channels, codes, fragments, pools } from './values.ts'

type Row = Record<string, unknown>

/** Kinds of user fields (custom fields) with their values, and whether a field may have several values. */
export const userKinds: readonly [
  kind: string,
  comparison: Exclude<Comparison, 'code' | 'channel'>,
  several: boolean,
][] = [
  ['string', 'text', true],
  ['text', 'text', true],
  ['integer', 'number', true],
  ['decimal', 'decimal', true],
  ['boolean', 'flag', false],
  ['date', 'day', true],
  ['datetime', 'instant', true],
]

const listOf = (value: unknown) => (Array.isArray(value) ? value : value === null || value === undefined ? [] : [value])
const member = (path: string) => (record: Row) =>
  listOf(path.split('.').reduce<unknown>((value, key) => (value as Row | null)?.[key], record))
const each = (path: string, part: string) => (record: Row) => member(path)(record).map((one) => (one as Row)[part])
const primaryOf = (path: string) => (record: Row) =>
  member(path)(record).flatMap((one) => ((one as Row).primary ? [(one as Row).id] : []))

function field(
  path: string,
  comparison: Exclude<Comparison, 'code' | 'channel'>,
  valuesOf: FilterField['valuesOf'] = member(path),
): FilterField {
  const { operands } = pools[comparison]
  return { path, comparison, valuesOf, operands, operators: operatorsOf[comparison], fragments }
}

function code(path: string, operands: readonly unknown[], valuesOf = member(path)): FilterField {
  return { path, comparison: 'code', valuesOf, operands, operators: operatorsOf.code }
}

const channelFields = Object.entries(channels).map(
  ([path, { values, meanings, fragments }]): FilterField => ({
    path,
    comparison: 'channel',
    valuesOf: each(path, 'normalized'),
    operators: operatorsOf.channel,
    operands: [...values, ...(path === 'phones' ? ['+7 (812) 123 45 67'] : [])],
    ...{ fragments, meanings },
  }),
)

const commonFields = ({ users, me }: Records): FilterField[] => [
  field('comment', 'text'),
  field('opened', 'flag'),
  field('createdAt', 'instant'),
  field('utm.campaign', 'text'),
  code('source', [...codes.source, 'EMAIL']),
  { ...code('responsibleId', [...users.keys(), 'me', 1_000_001]), meanings: new Map([['me', me]]) },
  { ...code('observers', [...users.keys(), 'me']), meanings: new Map([['me', me]]) },
]

/** User fields: each kind with one value and, where allowed, with several. */
const userFields: FilterField[] = [
  ...userKinds.flatMap(([kind, comparison, several]) => [
    field(`userFields.one_${kind}`, comparison),
    ...(several ? [field(`userFields.many_${kind}`, comparison)] : []),
  ]),
  code('userFields.one_enumeration', codes.options),
  code('userFields.many_enumeration', codes.options),
  field('userFields.price.amount', 'decimal'),
  code('userFields.price.currency', codes.currency),
]

/** Fields of linked records, one link away. Their values are those of every linked record that is not deleted. */
function over(way: string, linked: ReadonlyMap<number, Row>, ids: (record: Row) => unknown[], fields: FilterField[]) {
  return fields.map(
    (inner): FilterField => ({
      ...inner,
      path: `${way}.${inner.path}`,
      valuesOf: (record) =>
        ids(record).flatMap((id) => (linked.has(id as number) ? inner.valuesOf(linked.get(id as number)!) : [])),
    }),
  )
}

/** Fields that conditions on contacts may name. */
export function contactFields(records: Records): FilterField[] {
  const { contacts, companies } = records
  return [
    ...commonFields(records),
    ...userFields,
    ...channelFields,
    field('lastName', 'text'),
    field('address.city', 'text'),
    field('address.lines', 'text'),
    field('birthDate', 'day'),
    { ...field('id', 'number'), operands: [...contacts.keys()].slice(0, 9).concat(1_000_001) },
    field('externalIds.key', 'text', each('externalIds', 'key')),
    code('companies', [...companies.keys(), ...records.gone], each('companies', 'id')),
    ...over('companies', companies, each('companies', 'id'), companyFields(records)),
  ]
}

const companyFields = (records: Records): FilterField[] => [
  ...commonFields(records),
  ...channelFields,
  field('title', 'text'),
  field('address.city', 'text'),
  field('address.lines', 'text'),
  code('industry', [...codes.industry, 'OTHER']),
  field('annualRevenue', 'decimal'),
  code('contacts', [...records.contacts.keys()], each('contacts', 'id')),
  code('contacts.primary', [...records.contacts.keys()], primaryOf('contacts')),
]

/** Fields that conditions on deals may name. */
export function dealFields(records: Records): FilterField[] {
  const { contacts, companies, users, gone } = records
  const people: FilterField[] = [
    field('lastName', 'text'),
    field('active', 'flag'),
    field('departmentIds', 'number'),
    code('id', [...users.keys()]),
  ]
  return [
    ...commonFields(records),
    field('title', 'text'),
    field('amount', 'decimal'),
    field('probability', 'number'),
    field('beginDate', 'day'),
    field('closedAt', 'instant'),
    field('amountIsManual', 'flag'),
    code('currency', codes.currency),
    code('stageId', [...codes.stageId, 'APOLOGY']),
    code('stageSemantic', ['process', 'success', 'failure']),
    code('pipelineId', records.pipelines),
    code('companyId', [...companies.keys(), ...gone, 1_000_001]),
    code('leadId', [1_000_001]),
    code('contacts', [...contacts.keys(), ...gone], each('contacts', 'id')),
    code('contacts.primary', [...contacts.keys(), ...gone], primaryOf('contacts')),
    ...over('company', companies, member('companyId'), companyFields(records)),
    ...over(
      'contacts',
      contacts,
      each('contacts', 'id'),
      contactFields(records).filter(({ path }) => !path.startsWith('companies.')),
    ),
    ...over('responsible', users, member('responsibleId'), people),
    ...over('observers', users, member('observers'), people),
    ...over('lead', new Map(), member('leadId'), [field('title', 'text')]),
  ]
}
