import type { Labels } from '../errors/language.ts'
import type { Field } from '../fields/field.ts'
import { commonFields, type FieldDefinition, fieldsOf, traitFields } from './system-fields.ts'

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

/** A record type with all its system fields. Its code is the name of its table. */
export interface SystemType extends Omit<TypeDescriptor, 'traits' | 'own' | 'differs'> {
  traits: ReadonlySet<Trait>
  fields: readonly Field[]
}

/** Returns the record type of a descriptor: common fields at both ends, trait fields and own fields between. */
export function systemType({ own, differs = {}, traits, ...rest }: TypeDescriptor): SystemType {
  const ofTraits = traits.flatMap((trait) => traitFields[trait] ?? [])
  const all = [...commonFields.head, ...ofTraits, ...own, ...commonFields.tail]
  const defined = all.map((field) => ({ ...field, ...differs[field.code] }))
  return { ...rest, traits: new Set(traits), fields: fieldsOf(rest.id, defined) }
}

const today = 'now'
const inAWeek = 'now+7'

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
    traits: ['stages', 'client', 'money', 'person', 'title', 'address', 'communications', 'conversion'],
    differs: { title: { label: { en: 'Lead name', ru: 'Название лида' } }, amount: { aliases: ['Возможная сумма'] } },
    own: [
      {
        code: 'companyTitle',
        kind: 'string',
        label: { en: 'Company name', ru: 'Название компании' },
        searchable: true,
      },
      {
        code: 'isRepeat',
        kind: 'boolean',
        label: { en: 'Repeat lead', ru: 'Повторный лид' },
        notNull: true,
        settings: { default: false },
      },
    ],
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
      stageId: { aliases: ['Стадия сделки'] },
      amount: { settings: { default: '0' } },
    },
    own: [
      {
        code: 'dealType',
        kind: 'dictionary',
        label: { en: 'Deal type', ru: 'Тип сделки' },
        aliases: ['Тип'],
        settings: { dictionary: 'DEAL_TYPE' },
      },
      {
        code: 'probability',
        kind: 'integer',
        label: { en: 'Probability, %', ru: 'Вероятность, %' },
        aliases: ['Вероятность'],
        settings: { min: 0, max: 100 },
      },
      { code: 'beginDate', kind: 'date', label: { en: 'Start date', ru: 'Дата начала' }, settings: { default: today } },
      {
        code: 'closeDate',
        kind: 'date',
        label: { en: 'Expected close date', ru: 'Предполагаемая дата закрытия' },
        settings: { default: inAWeek },
      },
      { code: 'leadId', kind: 'record', indexed: true, label: { en: 'Lead', ru: 'Лид' }, settings: { type: 'lead' } },
      {
        code: 'quoteId',
        kind: 'record',
        indexed: true,
        label: { en: 'Quote', ru: 'Предложение' },
        settings: { type: 'quote' },
      },
      {
        code: 'isRepeat',
        kind: 'boolean',
        label: { en: 'Repeat deal', ru: 'Повторная сделка' },
        notNull: true,
        settings: { default: false },
      },
    ],
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
    traits: ['person', 'address', 'communications', 'companies'],
    nameFields: ['firstName', 'lastName', 'phones', 'emails'],
    own: [
      { code: 'photo', kind: 'file', label: { en: 'Photo', ru: 'Фотография' } },
      {
        code: 'contactType',
        indexed: true,
        kind: 'dictionary',
        label: { en: 'Contact type', ru: 'Тип контакта' },
        settings: { dictionary: 'CONTACT_TYPE' },
      },
      {
        code: 'participatesInExport',
        kind: 'boolean',
        label: { en: 'Participates in export', ru: 'Участвует в экспорте' },
        aliases: ['Экспорт', 'export'],
        notNull: true,
        settings: { default: true },
      },
    ],
  }),
  systemType({
    id: 4,
    code: 'company',
    plural: 'companies',
    prefix: 'CO',
    title: { en: 'Company', ru: 'Компания' },
    titles: { en: 'Companies', ru: 'Компании' },
    example: { title: 'Vector LLC', industry: 'IT', websites: [{ value: 'https://vector.example' }] },
    traits: ['title', 'address', 'communications', 'contacts'],
    differs: {
      title: { label: { en: 'Company name', ru: 'Название компании' }, aliases: ['Name', 'Company'], required: true },
    },
    nameFields: ['title'],
    own: [
      { code: 'logo', kind: 'file', label: { en: 'Logo', ru: 'Логотип' } },
      {
        code: 'companyType',
        indexed: true,
        kind: 'dictionary',
        label: { en: 'Company type', ru: 'Тип компании' },
        settings: { dictionary: 'COMPANY_TYPE' },
      },
      {
        code: 'industry',
        indexed: true,
        kind: 'dictionary',
        label: { en: 'Industry', ru: 'Сфера деятельности' },
        settings: { dictionary: 'INDUSTRY' },
      },
      {
        code: 'employees',
        kind: 'dictionary',
        label: { en: 'Employees', ru: 'Количество сотрудников' },
        aliases: ['Кол-во сотрудников'],
        settings: { dictionary: 'EMPLOYEES' },
      },
      { code: 'annualRevenue', kind: 'decimal', label: { en: 'Annual revenue', ru: 'Годовой оборот' } },
      { code: 'currency', kind: 'currency', label: { en: 'Currency', ru: 'Валюта' }, settings: { default: 'base' } },
      {
        code: 'isMyCompany',
        kind: 'boolean',
        label: { en: 'Own company', ru: 'Своя компания' },
        notNull: true,
        settings: { default: false },
      },
    ],
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
      title: { label: { en: 'Quote name', ru: 'Тема предложения' }, aliases: ['Тема'] },
    },
    own: [
      {
        code: 'beginDate',
        kind: 'date',
        label: { en: 'Date of the quote', ru: 'Дата предложения' },
        settings: { default: today },
      },
      {
        code: 'validUntil',
        kind: 'date',
        label: { en: 'Valid until', ru: 'Действует до' },
        settings: { default: inAWeek },
      },
      { code: 'content', kind: 'text', label: { en: 'Content', ru: 'Содержание' } },
      { code: 'terms', kind: 'text', label: { en: 'Terms', ru: 'Условия' } },
      {
        code: 'dealId',
        kind: 'record',
        indexed: true,
        label: { en: 'Deal', ru: 'Сделка' },
        settings: { type: 'deal' },
      },
      { code: 'leadId', kind: 'record', indexed: true, label: { en: 'Lead', ru: 'Лид' }, settings: { type: 'lead' } },
    ],
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
      title: { label: { en: 'Invoice name', ru: 'Тема счёта' }, aliases: ['Тема'] },
    },
    own: [
      {
        code: 'dealId',
        kind: 'record',
        indexed: true,
        label: { en: 'Deal', ru: 'Сделка' },
        settings: { type: 'deal' },
      },
      {
        code: 'quoteId',
        kind: 'record',
        indexed: true,
        label: { en: 'Quote', ru: 'Предложение' },
        settings: { type: 'quote' },
      },
    ],
  }),
]
