import { type SystemType, systemTypes } from '../../src/entities/types.ts'
import type { Field } from '../../src/fields/field.ts'
import type { KindName } from '../../src/fields/kind-names.ts'
import type { Api } from '../api.ts'
import { aFile } from '../files/stored.ts'
import { aRecord, type Saved } from '../seed.ts'

/** Values of each kind. Kinds that reference something create a new target each time. */
const values: Partial<Record<KindName, unknown>> = {
  string: 'Text «ё»',
  text: 'Two\nlines',
  integer: 7,
  decimal: '12.50',
  boolean: true,
  date: '2026-02-28',
  datetime: '2026-01-31T07:00:00.123456Z',
  money: { amount: '0.10', currency: 'USD' },
  currency: 'USD',
  address: { lines: ['Lenina 1', 'office 5'], city: 'Omsk', country: 'Russia' },
  utm: { source: 'search', campaign: 'spring' },
  phones: [{ value: '8 (495) 123-45-67' }, { kind: 'mobile', value: '+7 945 765-43-21' }],
  emails: [{ value: 'a@b.example' }, { kind: 'home', value: 'c@d.example' }],
  websites: [{ value: 'https://a.example' }],
  messengers: [{ kind: 'telegram', value: '@somebody' }],
}

const userFields: { code: string; kind: KindName; multiple?: boolean; options?: object[] }[] = [
  { code: 'own_text', kind: 'string' },
  { code: 'own_texts', kind: 'string', multiple: true },
  { code: 'own_number', kind: 'decimal' },
  { code: 'own_numbers', kind: 'integer', multiple: true },
  { code: 'own_flag', kind: 'boolean' },
  { code: 'own_moments', kind: 'datetime', multiple: true },
  { code: 'own_money', kind: 'money' },
  {
    code: 'own_choice',
    kind: 'enumeration',
    options: [
      { code: 'a', label: 'A' },
      { code: 'b', label: 'B' },
    ],
  },
]

/** Adds user fields of every kind to every record type. */
export async function addUserFields(api: Pick<Api, 'call'>): Promise<void> {
  for (const { code } of systemTypes) {
    for (const field of userFields) {
      await api.call('post', `/v1/types/${code}/fields`, { label: field.code, ...field }).expect(201)
    }
  }
}

let made = 0

/** Creates a record with a value in every field, with links in both directions and external keys. */
export async function aRichRecord(api: Pick<Api, 'call' | 'userId'>, type: SystemType): Promise<Saved> {
  const body: Record<string, unknown> = {}
  for (const field of type.fields.filter(({ readOnly }) => !readOnly)) {
    const value = await aValue(api, field)
    if (value !== undefined) body[field.code] = value
  }
  const own = userFields.map(({ code, kind, multiple }) => {
    const value = kind === 'enumeration' ? 'a' : values[kind]
    return [code, multiple ? [value] : value]
  })
  return await aRecord(api, type.plural, { ...body, userFields: Object.fromEntries(own) })
}

async function aValue(api: Pick<Api, 'call' | 'userId'>, field: Field): Promise<unknown> {
  const other = systemTypes.find(({ code }) => code === field.settings.type)
  switch (field.kind) {
    case 'employee':
      return field.multiple ? [api.userId] : api.userId
    case 'dictionary':
      return (await api.call('get', `/v1/dictionaries/${field.settings.dictionary}/entries`)).body.data.at(-1).code
    case 'record':
      return other && (await aNamed(api, other, field.code === 'myCompanyId' ? { isMyCompany: true } : {})).id
    case 'links':
      return other && [{ id: (await aNamed(api, other)).id }, { id: (await aNamed(api, other)).id, primary: true }]
    case 'stage':
      return await secondStage(api, typeOf(field))
    case 'file':
      return { id: (await aFile(api)).id }
    case 'externalIds':
      return [
        { source: 'erp', key: `rich-${++made}` },
        { source: 'shop', key: `rich-${made}` },
      ]
    default:
      return field.multiple ? undefined : values[field.kind]
  }
}

async function secondStage({ call }: Pick<Api, 'call'>, { code }: SystemType): Promise<string> {
  const { body } = await call('get', `/v1/types/${code}/pipelines`)
  const stages = await call('get', `/v1/types/${code}/pipelines/${body.data[0].id}/stages`)
  return stages.body.data[1].id
}

function typeOf({ typeId }: Field): SystemType {
  return systemTypes.find(({ id }) => id === typeId)!
}

/** Creates a record with a name and the given fields only. */
export function aNamed(api: Pick<Api, 'call'>, type: SystemType, fields: object = {}): Promise<Saved> {
  const named = type.fields.some(({ code }) => code === 'title') ? { title: type.code } : { lastName: type.code }
  return aRecord(api, type.plural, { ...named, ...fields })
}

/** Returns the records at the other end of the links of a record, as `plural/id`. */
export function linkedTo(type: SystemType, record: Saved): string[] {
  return type.fields.flatMap((field) => {
    const other = systemTypes.find(({ code }) => code === field.settings.type)
    if (!other) return []
    const value = record[field.code] as number | null | { id: number }[]
    const ids = Array.isArray(value) ? value.map(({ id }) => id) : value === null ? [] : [value]
    return ids.map((id) => `${other.plural}/${id}`)
  })
}
