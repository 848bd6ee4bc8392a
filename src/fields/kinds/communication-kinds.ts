import { type RawBuilder, sql } from 'kysely'
import Type from 'typebox'
import { IsIdnEmail } from 'typebox/format'
import type { Labels } from '../../errors/language.ts'
import { nearest } from '../../errors/nearest.ts'
import { meantId } from '../../json/id-text.ts'
import { ref } from '../../schema/build.ts'
import type { Field } from '../field.ts'
import { stringJson } from '../json-texts.ts'
import type { Kind, SearchWord } from '../kind.ts'
import { separators } from '../list-cell.ts'
import { readList } from '../lists.ts'
import { operatorSets } from '../operators.ts'
import { normalizePhone, phoneParts, phonesOf } from '../phone.ts'
import type { Scalar } from '../scalar.ts'
import { jsonColumn } from '../selection.ts'
import { inside, inUse, isObject, type Place, refuse, same, type Value } from '../value.ts'
import { bareUrl, isWebsite } from '../website.ts'
import { columnOf } from './column-kinds.ts'
import { kindColumn, rawColumn } from './communication-columns.ts'
import { communicationSchemas } from './communication-schemas.ts'
import { innerSpaces, readComparedText, readText } from './text-kinds.ts'

/** A phone, e-mail, website or messenger in a response. */
export type Communication = { id: number; kind: string; value: string; normalized: string }

/** The differences between phones, e-mails, websites and messengers. */
export interface Channel {
  /** Schema name of one value in the API document. */
  name: string
  /** Kinds with their labels. The first is the default. */
  kinds: Record<string, Labels>
  /** Returns the normalised value, by which duplicates are found. Undefined after a fault. */
  normalize(text: string, place: Place): string | undefined
  /** Alternatives that `contains` and `startsWith` look for in normalised values; none if a phone has no digits. */
  parts(text: string, countries: readonly string[]): readonly string[]
  /** Returns the fragments that a search looks for. Default: the parts of addresses. */
  fragments?(word: SearchWord): readonly string[]
  /** The spaces that no value has. */
  plusSigns?: RegExp
  /** Normalised values have no letters, so they need no folding. */
  hasNoLetters?: true
  /** The characters at which CSV cells are split. */
  between: RegExp
  /** Returns the values of a CSV cell. Undefined after a fault. */
  split(text: string, place: Place): string[] | undefined
}

/** Maximum number of values of one channel per record. */
export const mostCommunications = 100

/** Returns a kind for contact details: a JSON column to read, and rows of `communication` to find them by. */
export function communicationKind(channel: Channel): Kind {
  const names = Object.keys(channel.kinds)
  const { hasNoLetters: folded = false, fragments = addressFragments(channel) } = channel
  const { shown, given, list } = communicationSchemas(channel.name, names, mostCommunications)
  const compared: Scalar = {
    pgType: 'text',
    json: 'string',
    schema: () => Type.String(),
    read(input, place) {
      const text = readComparedText(input, place)
      return text === undefined ? undefined : channel.normalize(text, place)
    },
    fragments(text, place) {
      const parts = channel.parts(text, place.context.countries)
      return parts.length ? parts : refuse(place, 'no_digits')
    },
    toJson: stringJson,
    ...(channel.plusSigns && { plusSigns: channel.plusSigns }),
    ...(channel.hasNoLetters && { folded: true }),
    operators: operatorSets.text,
    sortable: false,
  }
  const items = {
    most: mostCommunications,
    read: (input: unknown, place: Place, known: readonly Value[]) => readItem(channel, names, input, place, known),
    nameOf: (item: Value) => (item as Communication).id,
    readName(input: unknown, place: Place) {
      const id = meantId(input)
      return Number.isSafeInteger(id) ? (id as number) : refuse(place, 'invalid_integer')
    },
    clash: (a: Value, b: Value) => isSame(a as Communication, b as Communication),
    replaces: (item: Value, present: Value) =>
      (item as Communication).id === (present as Communication).id && !same(item, present),
  }
  return {
    user: false,
    settings: [],
    rows: 'communication',
    empty: () => [],
    columns: (field) => ({ [field.column]: 'json' }),
    fill(row, field, value) {
      if ((value as Communication[]).length) row[field.column] = value
    },
    schema: () => Type.Array(ref(shown)),
    input: () => ref(list),
    schemas: [shown, given, list],
    read: (input, place, before) => readList(input, place, before, items),
    union: () => ({
      most: mostCommunications,
      isSame: (a, b) => (a as Communication).normalized === (b as Communication).normalized,
      copied: (item) => ({ ...(item as Communication), id: 0 }),
    }),
    shown: (field) => jsonColumn(columnOf(field.column), '[]'),
    targets: (field) => [
      {
        path: field.path,
        field,
        scalar: compared,
        column: sql.ref('item.normalized'),
        shape: { rows: rowsOf(field) },
        sortable: false,
        indexed: { values: true, parts: true },
      },
    ],
    name: (field) => sql`(${columnOf(field.column)} -> 0 ->> 'value')`,
    searched: (field) => ({ field, in: 'communication', folded, fragments }),
    words: (_field, value, { language }) =>
      (value as Communication[])
        .map((one) => `${one.value} (${channel.kinds[one.kind]?.[language] ?? one.kind})`)
        .join(', '),
    csv: (field, mode) =>
      mode === 'raw' ? [rawColumn(field, channel)] : names.map((name) => kindColumn(field, channel, name)),
  }
}

function addressFragments({ parts }: Channel) {
  return ({ text, isAddress }: SearchWord) => (isAddress ? parts(text, []).filter((part) => part !== '') : [])
}

function rowsOf(field: Field): RawBuilder<unknown> {
  return sql`from communication as item
    where item.type_id = ${sql.lit(field.typeId)} and item.record_id = record.id and item.field = ${sql.lit(field.code)}`
}

function isSame(a: Communication, b: Communication): boolean {
  return (a.id !== 0 && a.id === b.id) || (a.kind === b.kind && a.value === b.value)
}

const members: ReadonlySet<string> = new Set(['id', 'kind', 'value', 'normalized'])

/** Reads an item, or its value alone. New items have the id 0 until the database assigns one. */
function readItem(
  channel: Channel,
  names: readonly string[],
  given: unknown,
  place: Place,
  known: readonly Value[],
): Value | undefined {
  const isBare = typeof given === 'string'
  const input = isBare ? { value: given } : given
  if (!isObject(input)) return refuse(place, 'invalid_type', { expected: 'string|object' })
  const faults = place.faults.length
  for (const key in input) {
    if (!members.has(key)) refuse(inside(place, key), 'unknown_field', {}, { allowed: ['kind', 'value'] })
  }
  const all = known as Communication[]
  const present = input.id === undefined ? undefined : all.find(({ id }) => id === meantId(input.id))
  if (input.id !== undefined && !present) return refuse(inside(place, 'id'), 'unknown_item')
  const at = isBare ? place : inside(place, 'value')
  const value = input.value === undefined ? present?.value : readText(input.value, at, { max: 500, trim: true })
  if (value === undefined && place.faults.length === faults) refuse(at, 'required')
  if (value === null) refuse(at, 'required')
  const kind = input.kind ?? present?.kind ?? names[0]
  if (typeof kind !== 'string' || !names.includes(kind)) {
    const hint = typeof kind === 'string' && nearest(kind, names)
    refuse(inside(place, 'kind'), 'unknown_value', {}, { allowed: names, ...(hint && { hint }) })
  }
  const unchanged = present !== undefined && value === present.value
  const normalized = unchanged ? present.normalized : value ? channel.normalize(value, inUse(at, kind)) : undefined
  if (place.faults.length > faults || !value || normalized === undefined) return
  const sameRow = present ?? all.find((one) => one.kind === kind && one.value === value)
  return { id: sameRow?.id ?? 0, kind: kind as string, value, normalized }
}

/** Splits addresses, which have no spaces. */
function addressesOf(text: string): string[] {
  return text.split(/(?:[,;\s]|:::)+/).filter(Boolean)
}
const addressSeparators = /[,;\s]|:::/

const label = (en: string, ru: string) => ({ en, ru })

/** Phones, compared in E.164. */
export const phones = communicationKind({
  name: 'Phone',
  kinds: {
    work: label('Work phone', 'Рабочий телефон'),
    mobile: label('Mobile phone', 'Мобильный телефон'),
    home: label('Home phone', 'Домашний телефон'),
    fax: label('Fax', 'Номер факса'),
    pager: label('Pager', 'Номер пейджера'),
    mailing: label('Phone for mailings', 'Телефон для рассылок'),
    other: label('Other phone', 'Другой телефон'),
  },
  normalize: (text, place) => normalizePhone(text, place.context.countries) ?? refuse(place, 'invalid_phone'),
  parts: phoneParts,
  fragments: ({ digits }) => digits,
  plusSigns: /^ (?=\d)/,
  hasNoLetters: true,
  between: separators,
  split: phonesOf,
})

/** E-mails, compared ignoring case. */
export const emails = communicationKind({
  name: 'Email',
  kinds: {
    work: label('Work e-mail', 'Рабочий e-mail'),
    home: label('Personal e-mail', 'Частный e-mail'),
    mailing: label('E-mail for mailings', 'E-mail для рассылок'),
    other: label('Other e-mail', 'Другой e-mail'),
  },
  normalize(text, place) {
    // IsIdnEmail accepts a domain without a dot, which exists only in local networks.
    return IsIdnEmail(text) && /@[^@]+\.[^@.]+$/.test(text) ? text.toLowerCase() : refuse(place, 'invalid_email')
  },
  parts: (text) => [text.toLowerCase()],
  plusSigns: innerSpaces,
  between: addressSeparators,
  split: addressesOf,
})

/** Websites, compared without scheme, `www` and trailing slash. */
export const websites = communicationKind({
  name: 'Website',
  kinds: {
    work: label('Corporate website', 'Корпоративный сайт'),
    home: label('Personal page', 'Личная страница'),
    facebook: label('Facebook page', 'Страница Facebook'),
    vk: label('VK page', 'Страница ВКонтакте'),
    livejournal: label('LiveJournal page', 'Страница LiveJournal'),
    twitter: label('Twitter page', 'Микроблог Twitter'),
    other: label('Other website', 'Другой сайт'),
  },
  normalize: (text, place) => (isWebsite(text) ? bareUrl(text) : refuse(place, 'invalid_url')),
  parts: (text) => [bareUrl(text)],
  plusSigns: innerSpaces,
  between: addressSeparators,
  split: addressesOf,
})

/** Messengers, compared ignoring case and a leading `@`. */
export const messengers = communicationKind({
  name: 'Messenger',
  kinds: {
    telegram: label('Telegram', 'Контакт Telegram'),
    whatsapp: label('WhatsApp', 'Контакт WhatsApp'),
    viber: label('Viber', 'Контакт Viber'),
    vk: label('VK messenger', 'Контакт ВКонтакте'),
    skype: label('Skype', 'Контакт Skype'),
    facebook: label('Facebook messenger', 'Контакт Facebook'),
    instagram: label('Instagram comments', 'Комментарии Instagram'),
    other: label('Other messenger', 'Другой контакт'),
  },
  normalize: (text) => text.toLowerCase().replace(/^@/, ''),
  parts: (text) => [text.toLowerCase().replace(/^@/, '')],
  between: addressSeparators,
  split: addressesOf,
})
