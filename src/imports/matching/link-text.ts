import type { Field } from '../../fields/field.ts'
import { kindOf } from '../../fields/kinds/kinds.ts'
import { nameSeparators, quotedItems, separators } from '../../fields/list-cell.ts'
import type { RecordKey, RecordText } from '../../fields/record-text.ts'
import type { Context } from '../../fields/value.ts'
import type { Grant } from '../../rights/grant.ts'
import type { Sought } from './sought.ts'

/** A text that names one record, with the types of records that it can mean. */
export interface NamedRecord {
  grants: readonly Grant[]
  text: string
  by: RecordKey | undefined
}

/** How values are read. */
export interface Reading {
  context: Context
  /** The source of external ids without one: the system that the file comes from. */
  source: string
}

/**
 * Returns the records that a cell can name, in the order in which the readings are tried: one record, or several,
 * separated by semicolons or lines, or by commas. Names can contain commas, and a name in quotes also semicolons.
 */
export function readingsOf({ text, by }: RecordText, field: Field, grant: Grant): NamedRecord[][] {
  const codes = field.settings.types ?? [field.settings.type ?? '']
  const grants = codes.map((code) => grant.of(code))
  const split = (separator: RegExp) => (part: string) => part.split(separator).flatMap((piece) => piece.trim() || [])
  const isList = field.multiple || kindOf(field).empty(field) !== null
  const names = quotedItems(text, split(nameSeparators), nameSeparators) ?? split(nameSeparators)(text)
  const texts = isList ? [[text], names, split(separators)(text)] : [[text]]
  return texts.map((list) => list.map((piece) => namedBy(piece, by, grants)))
}

/** Letters of prefixes that look the same in Cyrillic. */
const lookAlikes: Readonly<Record<string, string>> = { С: 'C', О: 'O', Т: 'T', а: 'a', с: 'c', е: 'e' }

/** Reads a prefix that says which type is meant: `[CO] Vector`, `CO_5`. */
function namedBy(text: string, by: RecordKey | undefined, grants: readonly Grant[]): NamedRecord {
  const withPrefix = (written = '') => {
    const prefix = written.replaceAll(/[СОТасе]/g, (letter) => lookAlikes[letter]!)
    return grants.filter(({ type }) => type.prefix === prefix)
  }
  const [, id, digits = ''] = /^(\p{L}+[\da-fасе]*)_(\d{1,15})$/u.exec(text) ?? []
  const [ofId, [, label, name = ''] = []] = [withPrefix(id), /^\[(\p{L}+[\da-fасе]*)\]\s*(.+)$/su.exec(text) ?? []]
  if (ofId.length) return { grants: ofId, text: digits, by: 'id' }
  const ofName = withPrefix(label)
  return ofName.length ? { grants: ofName, text: name.trim(), by: by ?? 'name' } : { grants, text, by }
}

const isId = /^\d{1,15}$/
const isEmail = /^\S+@\S+\.\S+$/
const isPhone = /^[+(]?\d[\d\s().–-]{4,}\d(\s*(доб|вн|ext)\.?\s*\d+)?$/i
const isExternal = /^([\p{L}\d_.-]{1,200}):\s*(\S.*)$/u

/** Returns whether a text can be the name of a new record. */
export function isPlainName({ text, by }: NamedRecord): boolean {
  return by === 'name' || (by === undefined && ![isId, isEmail, isPhone].some((form) => form.test(text)))
}

/** Returns the values to search for. Without `by`, the form of the text decides. The better rank wins. */
export function soughtBy({ text, by }: NamedRecord, grant: Grant, reading: Reading): Omit<Sought, 'search'>[] {
  if (by === 'name') return names(text, grant, 0)
  if (by === 'id') return isId.test(text) ? [{ rank: 0, by, value: text }] : []
  if (by === 'externalIds') return externalIds(text, reading, 0)
  if (by) return communications(by, text, grant, reading)
  if (isId.test(text)) {
    return [
      { rank: 0, by: 'id', value: text },
      { rank: 1, by: 'externalIds', source: reading.source, value: text },
      ...communications('phones', text, grant, reading, 2),
      ...names(text, grant, 3),
    ]
  }
  if (isEmail.test(text)) return communications('emails', text, grant, reading)
  const ofPhone = isPhone.test(text) ? communications('phones', text, grant, reading) : []
  return [...ofPhone, ...(isExternal.test(text) ? externalIds(text, reading, 1) : []), ...names(text, grant, 2)]
}

function externalIds(text: string, { source }: Reading, rank: number): Omit<Sought, 'search'>[] {
  const by = 'externalIds'
  const [, named, key] = isExternal.exec(text) ?? []
  const alone = { rank: rank + 1, by, source, value: text }
  return key === undefined ? [alone] : [{ rank, by, source: named!, value: key }, alone]
}

/** Returns the stored form of a phone or e-mail. */
function communications(by: string, text: string, grant: Grant, { context }: Reading, rank = 0) {
  const field = grant.readable.get(by)
  const scalar = field && kindOf(field).targets(field)[0]?.scalar
  const value = field && scalar?.read(text, { field, context, pointer: '', faults: [] })
  return typeof value === 'string' ? [{ rank, by, value }] : []
}

/** The most words of a name whose order is ignored. */
const mostWords = 6

/** Returns the titles and names of people that a text can be. */
function names(text: string, { type }: Grant, rank: number): Omit<Sought, 'search'>[] {
  const title = type.traits.has('title') ? [{ rank, by: 'title', value: text }] : []
  return type.traits.has('person') ? [...title, ...namesOfPeople(text, rank)] : title
}

/**
 * The words can be first and last name in either order, with a middle name anywhere or without one. A comma can stand
 * between the names or belong to one of them.
 */
function namesOfPeople(text: string, rank: number): Omit<Sought, 'search'>[] {
  const words = text.split(/[\s,]+/).filter(Boolean)
  const person = (some: readonly string[]) => ({ rank, by: 'person', value: some.join(' ') })
  if (words.length > mostWords) return [person(words)]
  const asWritten = text.includes(',') ? [person(text.split(/\s+/))] : []
  const turned = [...asWritten, ...words.map((_, at) => person([...words.slice(at), ...words.slice(0, at)]))]
  if (words.length !== 3) return turned
  const withMiddle = words.flatMap((middle, at) => {
    const others = words.toSpliced(at, 1)
    return [others, others.toReversed()].map((some) => ({ ...person(some), middle }))
  })
  return [...turned, ...withMiddle]
}
