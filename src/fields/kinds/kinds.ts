import type { TSchema } from 'typebox'
import type { Field } from '../field.ts'
import type { Kind, RowTable } from '../kind.ts'
import type { KindName } from '../kind-names.ts'
import { mapped, type Selection } from '../selection.ts'
import { isObject, type Value } from '../value.ts'
import * as choice from './choice-kinds.ts'
import { scalarKind } from './column-kinds.ts'
import * as communication from './communication-kinds.ts'
import { compositeKind } from './composite-kind.ts'
import { crm } from './crm-kind.ts'
import { externalIds } from './external-ids-kind.ts'
import { file } from './file-kind.ts'
import { links } from './link-kinds.ts'
import * as number from './number-kinds.ts'
import { record } from './record-kind.ts'
import * as text from './text-kinds.ts'
import * as time from './time-kinds.ts'

const named = (en: string, ru: string) => ({ label: { en, ru } })
const utmPart = (name: string) => ({
  scalar: text.string,
  ...named(`UTM ${name}`, `UTM ${name}`),
  sortable: false as const,
})

/**
 * The kinds of fields. This table is the only source for validation, filters, responses, import, export and the API
 * document. User fields can have the kinds that set `user`.
 */
export const kinds = {
  string: {
    ...scalarKind(text.string, 'multiple', ['minLength', 'maxLength', 'pattern', 'default']),
    joiner: ' / ',
  },
  text: { ...scalarKind(text.text, 'multiple', ['minLength', 'maxLength', 'pattern', 'default']), joiner: '\n\n' },
  url: scalarKind(text.url, 'multiple', ['minLength', 'maxLength', 'pattern', 'default']),
  integer: scalarKind(number.integer, 'multiple', ['min', 'max', 'default']),
  decimal: scalarKind(number.decimal, 'multiple', ['min', 'max', 'precision', 'default']),
  boolean: scalarKind(number.boolean, 'single', ['default']),
  date: scalarKind(time.date, 'multiple', ['min', 'max', 'default']),
  datetime: scalarKind(time.datetime, 'multiple', ['min', 'max', 'default']),
  enumeration: { ...scalarKind(choice.enumeration, 'multiple'), hasOptions: true },
  money: {
    ...compositeKind(
      { $id: 'Money', description: 'An exact amount with its currency.' },
      {
        amount: {
          scalar: number.decimal,
          ...named('amount', 'сумма'),
          required: true,
          main: true,
          currency: 'currency',
        },
        currency: { scalar: choice.currency, ...named('currency', 'валюта'), required: true },
      },
      'single',
    ),
    ...(choice.currency.choices && { choices: choice.currency.choices }),
    currency: {
      column: (field) => `${field.column}_currency`,
      of: (value) => (isObject(value) ? (value.currency as Value) : null),
    },
  },
  id: scalarKind(choice.identity),
  record,
  employee: { ...scalarKind(choice.employee, 'multiple', ['default']), pointsTo: 'user' },
  dictionary: { ...scalarKind(choice.dictionary, 'multiple', ['dictionary', 'default']), needs: ['dictionary'] },
  currency: { ...scalarKind(choice.currency), currency: { column: (field) => field.column, of: (value) => value } },
  pipeline: { ...scalarKind(choice.pipeline), isPlace: true },
  stage: { ...scalarKind(choice.stage), isPlace: true },
  semantic: { ...scalarKind(choice.semantic), isDerived: true },
  address: compositeKind(
    { $id: 'Address', description: 'A postal address.' },
    {
      lines: {
        scalar: text.string,
        multiple: true,
        main: true,
        ...named('Address', 'Улица, номер дома'),
        sortable: false,
      },
      city: { scalar: text.string, ...named('City', 'Населенный пункт') },
      district: { scalar: text.string, ...named('District', 'Район'), sortable: false },
      region: { scalar: text.string, ...named('Region', 'Регион'), sortable: false },
      postalCode: {
        scalar: text.string,
        ...named('Postal code', 'Почтовый индекс'),
        sortable: false,
      },
      country: {
        scalar: text.string,
        ...named('Country', 'Страна'),
        sortable: false,
      },
      latitude: { scalar: number.decimalUpTo(90), ...named('Latitude', 'Широта'), with: 'longitude' },
      longitude: { scalar: number.decimalUpTo(180), ...named('Longitude', 'Долгота'), with: 'latitude' },
    },
    'single',
  ),
  utm: compositeKind(
    { $id: 'Utm', description: 'UTM parameters of the campaign that brought the visitor.' },
    {
      source: utmPart('source'),
      medium: utmPart('medium'),
      campaign: utmPart('campaign'),
      content: utmPart('content'),
      term: utmPart('term'),
    },
  ),
  phones: { ...communication.phones, needsCountry: true },
  emails: communication.emails,
  websites: communication.websites,
  messengers: communication.messengers,
  links,
  crm,
  externalIds,
  file,
} satisfies Record<KindName, Kind>

/** The named schemas that field schemas refer to. */
export const valueSchemas: readonly TSchema[] = Object.values<Kind>(kinds).flatMap(({ schemas = [] }) => schemas)

/** Whether the values of the field are rows of this table. */
export function isInRows(field: { kind: KindName }, table: RowTable): boolean {
  return kindOf(field).rows === table
}

/** Whether the field points at one record. */
export function isReference(field: { kind: KindName }): boolean {
  const { pointsTo, rows } = kindOf(field)
  return pointsTo === 'record' && rows === null
}

/** The field with the external keys of a record. */
export function externalKeysIn(fields: readonly Field[]): Field {
  return fields.find((field) => isInRows(field, 'external_id'))!
}

/** Selects the value of a field, as in a response. */
export function shownValue(field: Field): Selection<Value> {
  const { shown, value } = kindOf(field)
  return value ? value(field) : mapped(shown(field), (json) => (json === '[]' ? [] : (JSON.parse(json) as Value)))
}

/** Returns the kind of a field. */
export function kindOf(field: { kind: KindName }): Kind {
  return kinds[field.kind]
}
