import type { Labels } from '../errors/language.ts'
import type { Field } from '../fields/field.ts'
import { ownFields } from './own-fields.ts'
import { type CommonField, commonFields, type FieldDefinition, fieldsOf, traitFields } from './system-fields.ts'

/** A feature of a type beyond the common fields. Behaviour depends on traits, never on type names. */
export type Trait =
  | 'stages'
  | 'pipelines'
  | 'client'
  | 'money'
  | 'person'
  | 'title'
  | 'address'
  | 'communications'
  | 'companies'
  | 'contacts'
  | 'number'
  | 'myCompany'
  | 'payment'
  | 'conversion'
  | 'sale'
  | 'dates'
  | 'duplicates'
  | 'source'
  | 'observers'
  | 'recycleBin'

/** The definition of a record type: its names, its traits and its own fields. */
export interface TypeDescriptor {
  /** Id of the type in the database. */
  id: number
  code: string
  plural: string
  /** Prefix of its records in ids of the recycle bin: `C_17`. */
  prefix: string
  title: Labels
  /** Plural of `title`. */
  titles: Labels
  traits: readonly Trait[]
  own: readonly FieldDefinition[]
  /** Overrides of trait fields, by code. */
  differs?: Readonly<Record<string, Partial<FieldDefinition>>>
  /** Fields of which at least one must have a value. */
  nameFields?: readonly string[]
  /** Example of a new record for the API document. */
  example: Record<string, unknown>
}

/** A record type with all its system fields. */
export interface SystemType extends Omit<TypeDescriptor, 'traits' | 'own' | 'differs'> {
  /** The table of its records. */
  table: string
  /** The path of its records, without the version of the API. */
  path: string
  traits: ReadonlySet<Trait>
  fields: readonly Field[]
  /** Whether a company added it. */
  isSmart?: true
  /** Whether it stands for all smart processes, each of which has only some of its fields and others besides. */
  isAny?: true
}

/** The traits of every type that does not switch them off. */
export const usualTraits: readonly Trait[] = ['source', 'observers', 'recycleBin']

/** Returns the record type of a descriptor: common fields at both ends, trait fields and own fields between. */
export function systemType(descriptor: TypeDescriptor): SystemType {
  const { code, plural, traits } = descriptor
  return typeOf({ ...descriptor, traits: [...traits, ...usualTraits] }, { table: code, path: `/${plural}` })
}

/** Returns a record type with the fields of its traits. */
export function typeOf(
  { own, differs = {}, traits, ...rest }: TypeDescriptor,
  place: Pick<SystemType, 'table' | 'path'>,
): SystemType {
  const ofTraits = traits.flatMap((trait) => traitFields[trait] ?? [])
  const common = (fields: readonly CommonField[]) => fields.filter(({ trait }) => !trait || traits.includes(trait))
  const all = [...common(commonFields.head), ...ofTraits, ...own, ...common(commonFields.tail)]
  const defined = all.map((field) => ({ ...field, ...differs[field.code] }))
  return { ...rest, ...place, traits: new Set(traits), fields: fieldsOf(rest.id, defined) }
}

/** The types that every instance has. */
export const systemTypes: readonly SystemType[] = [
  systemType({
    id: 1,
    code: 'lead',
    plural: 'leads',
    prefix: 'L',
    title: { en: 'Lead', ru: 'Лид' },
    titles: { en: 'Leads', ru: 'Лиды' },
    example: {
      title: 'Office furniture',
      firstName: 'Anna',
      lastName: 'Orlova',
      phones: [{ kind: 'mobile', value: '+7 945 123-45-67' }],
    },
    traits: ['stages', 'client', 'money', 'person', 'title', 'address', 'communications', 'conversion', 'duplicates'],
    differs: {
      title: { label: { en: 'Lead name', ru: 'Название лида' }, joined: 'texts' },
      amount: { joined: 'largest' },
      comment: { joined: 'texts' },
    },
    own: ownFields.lead,
  }),
  systemType({
    id: 2,
    code: 'deal',
    plural: 'deals',
    prefix: 'D',
    title: { en: 'Deal', ru: 'Сделка' },
    titles: { en: 'Deals', ru: 'Сделки' },
    example: { title: 'Equipment for the Omsk branch', amount: '125000.50', currency: 'RUB', stageId: 'NEW' },
    traits: ['stages', 'pipelines', 'client', 'money', 'title', 'sale'],
    differs: {
      title: { label: { en: 'Deal name', ru: 'Название сделки' } },
      stageId: {},
      amount: { settings: { default: '0' } },
    },
    own: ownFields.deal,
  }),
  systemType({
    id: 3,
    code: 'contact',
    plural: 'contacts',
    prefix: 'C',
    title: { en: 'Contact', ru: 'Контакт' },
    titles: { en: 'Contacts', ru: 'Контакты' },
    example: {
      firstName: 'Ivan',
      lastName: 'Petrov',
      phones: [{ kind: 'work', value: '8 (495) 123-45-67' }],
      emails: [{ value: 'ivan@petrov.example' }],
    },
    traits: ['person', 'address', 'communications', 'companies', 'duplicates'],
    nameFields: ['firstName', 'lastName', 'phones', 'emails'],
    own: ownFields.contact,
  }),
  systemType({
    id: 4,
    code: 'company',
    plural: 'companies',
    prefix: 'CO',
    title: { en: 'Company', ru: 'Компания' },
    titles: { en: 'Companies', ru: 'Компании' },
    example: { title: 'Vector LLC', industry: 'IT', websites: [{ value: 'https://vector.example' }] },
    traits: ['title', 'address', 'communications', 'contacts', 'duplicates'],
    differs: {
      title: { label: { en: 'Company name', ru: 'Название компании' }, required: true },
    },
    nameFields: ['title'],
    own: ownFields.company,
  }),
  systemType({
    id: 5,
    code: 'quote',
    plural: 'quotes',
    prefix: 'Q',
    title: { en: 'Quote', ru: 'Предложение' },
    titles: { en: 'Quotes', ru: 'Предложения' },
    example: { title: 'Shelves for the warehouse', amount: '48000.00', currency: 'RUB', terms: 'Half in advance' },
    traits: ['stages', 'client', 'money', 'title', 'number', 'myCompany'],
    differs: {
      title: { label: { en: 'Quote name', ru: 'Тема предложения' } },
    },
    own: ownFields.quote,
  }),
  systemType({
    id: 6,
    code: 'invoice',
    plural: 'invoices',
    prefix: 'SI',
    title: { en: 'Invoice', ru: 'Счёт' },
    titles: { en: 'Invoices', ru: 'Счета' },
    example: { title: 'Shelves, the first half', amount: '24000.00', currency: 'RUB', stageId: 'S' },
    traits: ['stages', 'pipelines', 'client', 'money', 'title', 'number', 'myCompany', 'payment'],
    differs: {
      title: { label: { en: 'Invoice name', ru: 'Тема счёта' } },
      currency: { settings: { default: 'invoice' } },
    },
    own: ownFields.invoice,
  }),
]
