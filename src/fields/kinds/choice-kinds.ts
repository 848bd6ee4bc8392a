import { type RawBuilder, type SqlBool, sql } from 'kysely'
import Type from 'typebox'
import { currencyOf } from '../../cells/numbers.ts'
import { nearest } from '../../errors/nearest.ts'
import { maxFaults } from '../../errors/problem.ts'
import { meantId } from '../../json/id-text.ts'
import { userName, userNamesById } from '../../people/user-names.ts'
import { enumOf } from '../../schema/build.ts'
import type { Field, FieldOption } from '../field.ts'
import { stringJson } from '../json-texts.ts'
import type { Target } from '../kind.ts'
import type { Entry, Lookups, Pipeline } from '../lookups.ts'
import { operatorSets } from '../operators.ts'
import { type FieldChoice, type ListOrder, type ListSteps, type Scalar, withCollation } from '../scalar.ts'
import { type Place, refuse, type Value } from '../value.ts'
import { string } from './text-kinds.ts'

/** Returns the allowed values of a field. */
type Choices = (field: Field, lookups: Lookups) => readonly Choice[]

/** Returns a scalar with a list of codes. CSV files for people use the labels. */
function choice(choices: Choices, schema: Scalar['schema']): Scalar {
  const read = (input: unknown, place: Place): Value | undefined => {
    const entries = choices(place.field, place.context.lookups)
    if (typeof input !== 'string') return refuse(place, 'invalid_type', { expected: 'string' })
    return entries.some(({ code }) => code === input) ? input : refuseUnknown(input, entries, place)
  }
  return {
    pgType: 'text',
    json: 'string',
    schema,
    read,
    fromCsv(text, place) {
      const entries = choices(place.field, place.context.lookups)
      if (entries.some(({ code }) => code === text)) return text
      return codesByWord(entries).get(fold(text)) ?? refuseUnknown(text, entries, place)
    },
    toCsv(value, field, writing) {
      if (writing.mode === 'raw') return String(value)
      return (
        choices(field, writing.lookups).find(({ code }) => code === value)?.label[writing.language] ?? String(value)
      )
    },
    toJson: stringJson,
    operators: operatorSets.equality,
    sortable: false,
    order(target, lookups) {
      const values = choices(target.field, lookups).map(({ code }) => code)
      const rows = sql`select value, key from unnest(${values}::text[]) with ordinality as one (value, key)`
      return { values, steps: stepsOf(target, rows) }
    },
    countable: true,
    grouping: 'values',
    choices: (field, lookups) => choices(field, lookups).map(fieldChoice),
  }
}

/** Returns the steps over these rows, if an index finds the records with a value. */
function stepsOf({ column, indexed }: Target, rows: RawBuilder<unknown>): ListSteps | undefined {
  return indexed?.values ? { rows, matches: sql<SqlBool>`${column} = step.value` } : undefined
}

function fieldChoice({ code, label }: Pick<Entry, 'code' | 'label'>): FieldChoice {
  return { value: code, label }
}

type Choice = Pick<Entry, 'code' | 'label'> & Partial<Pick<FieldOption, 'externalCode'>>

const wordsOf = new WeakMap<readonly Choice[], ReadonlyMap<string, string>>()

/** Returns the codes of choices by the words that a CSV file may have. Labels win over codes, the first choice wins. */
function codesByWord(entries: readonly Choice[]): ReadonlyMap<string, string> {
  const known = wordsOf.get(entries)
  if (known) return known
  const words = new Map<string, string>()
  const add = (word: string, code: string) => words.has(word) || words.set(word, code)
  for (const { code, label } of entries) for (const text of [label.ru, label.en]) add(fold(text), code)
  for (const { code } of entries) add(fold(code), code)
  for (const { code, externalCode } of entries) if (externalCode) add(fold(externalCode), code)
  wordsOf.set(entries, words)
  return words
}

function refuseUnknown(input: string, entries: readonly Choice[], place: Place): undefined {
  const codes = entries.map(({ code }) => code)
  const hint = place.faults.length < maxFaults ? nearest(input, codes) : undefined
  return refuse(place, 'unknown_value', {}, { allowed: codes.slice(0, 50), ...(hint && { hint }), unknown: input })
}

/** Returns text in lowercase with ё replaced by е. */
export function fold(text: string): string {
  return text.trim().toLowerCase().replaceAll('ё', 'е')
}

const code = () => Type.String({ maxLength: 100 })
const optionCode: Scalar['schema'] = ({ options }) => (options.length ? enumOf(options.map((one) => one.code)) : code())

/** One of the options of the field. */
export const enumeration: Scalar = { ...choice((field) => field.options, optionCode), steps: 'indexed' }

const entry = choice(
  (field, lookups) => lookups.dictionaries.get(field.settings.dictionary ?? '')?.entries ?? [],
  optionCode,
)

/** An entry of the dictionary of the field. In a schema the field has the entries as options if they are known. */
export const dictionary: Scalar = {
  ...entry,
  order: (target, lookups) =>
    target.field.userFieldId === null
      ? entry.order!(target, lookups)
      : withOthers(target, entry.order!(target, lookups)),
}

/** Records of a user field may have entries of a dictionary that the field had before. These come after the others. */
function withOthers({ column, scalar }: Target, { values = [] }: ListOrder): ListOrder {
  const isKnown = sql`${column} is null or ${column} = any(${values}::text[])`
  return { kept: { column: sql`case when ${isKnown} then ${column} else '' end`, scalar }, values: [...values, ''] }
}

const listedCurrency = choice(
  (_field, lookups) => [...lookups.currencies.values()].map(({ code, name }) => ({ code, label: name })),
  () => Type.String({ pattern: '^[A-Z]{3}$' }),
)

/** The code of a currency of the instance. CSV files also use its symbol. */
export const currency: Scalar = {
  ...listedCurrency,
  fromCsv(text, place) {
    // Of several words, one may say whose dollars they are.
    const named = /\s/.test(text) ? undefined : currencyOf(text)
    const isListed = named !== undefined && place.context.lookups.currencies.has(named)
    return listedCurrency.fromCsv?.(isListed ? named : text, place)
  },
  defaultWord(word, { lookups }) {
    const { baseCurrency, invoiceCurrency } = lookups.settings
    if (word === 'base') return baseCurrency
    return word === 'invoice' ? (invoiceCurrency ?? baseCurrency) : undefined
  },
}

const stagesOf = new WeakMap<readonly Pipeline[], readonly Choice[]>()

/** Returns the stages of pipelines, the same list each time, so that the words of a file are looked up in one map. */
function stageChoices(pipelines: readonly Pipeline[]): readonly Choice[] {
  const known = stagesOf.get(pipelines)
  if (known) return known
  const stages = pipelines.flatMap((one) => one.stages.map(({ id, name }) => ({ code: id, label: name })))
  stagesOf.set(pipelines, stages)
  return stages
}

/**
 * A stage of any pipeline of the type. A rule checks that it belongs to the pipeline of the record. Imports know the
 * pipeline of a row and read its stage with the stages of that pipeline only.
 */
export const stage: Scalar = {
  ...choice((field, { pipelines }) => stageChoices(pipelines.get(field.typeId) ?? []), code),
  choices: ({ typeId }, { pipelines }, pipeline) =>
    stageChoices(pipeline ? [pipeline] : (pipelines.get(typeId) ?? [])).map(fieldChoice),
  steps: 'always',
  // Stages of different pipelines can have the same id.
  order({ field, column }, { pipelines }) {
    const stages = (pipelines.get(field.typeId) ?? []).flatMap((one) =>
      one.stages.map(({ id }) => ({ of: one.id, id })),
    )
    const [ofs, ids] = [stages.map((one) => one.of), stages.map((one) => one.id)]
    const rows = sql`select pipeline, value, key
      from unnest(${ofs}::bigint[], ${ids}::text[]) with ordinality as one (pipeline, value, key)`
    return {
      kept: { column: sql`record.pipeline_id || ' ' || ${column}`, scalar: stage },
      values: stages.map((one) => `${one.of} ${one.id}`),
      steps: { rows, matches: sql<SqlBool>`record.pipeline_id = step.pipeline and ${column} = step.value` },
    }
  },
}

/** The meaning of a stage: in process, success or failure. */
export const semantic = choice(
  () => [
    { code: 'process', label: { en: 'In process', ru: 'В работе' } },
    { code: 'success', label: { en: 'Success', ru: 'Успех' } },
    { code: 'failure', label: { en: 'Failure', ru: 'Провал' } },
  ],
  () => enumOf(['process', 'success', 'failure']),
)

const id = () => Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })

function readId(given: unknown, place: Place): Value | undefined {
  const input = meantId(given)
  if (typeof input !== 'number') return refuse(place, 'invalid_type', { expected: 'integer' })
  return Number.isSafeInteger(input) && input > 0 ? input : refuse(place, 'invalid_integer')
}

/** Reads the operand of a comparison, which can be any integer. */
function readWhole(given: unknown, place: Place): Value | undefined {
  const input = meantId(given)
  if (typeof input !== 'number') return refuse(place, 'invalid_type', { expected: 'integer' })
  if (!Number.isSafeInteger(input)) return refuse(place, 'invalid_integer')
  return input === 0 ? 0 : input
}

/** An id of any record or user. */
export const anyId: Scalar = {
  pgType: 'bigint',
  json: 'integer',
  schema: id,
  read: readId,
  operand: readWhole,
  toJson: (text) => text,
  operators: operatorSets.equality,
  sortable: false,
}

/** The id of the record itself. */
export const identity: Scalar = { ...anyId, operators: operatorSets.order, sortable: true, search: 'id' }

/** The id of a record of the type in the settings of the field. */
export const record: Scalar = {
  ...anyId,
  grouping: 'values',
  leadsTo: ({ settings }) => settings.type ?? '',
  toCsv: (value, field, writing) =>
    writing.mode === 'raw' ? String(value) : writing.recordName(field.settings.type ?? '', Number(value)),
}

function readPipeline(input: unknown, place: Place): Value | undefined {
  const value = readWhole(input, place)
  const known = (place.context.lookups.pipelines.get(place.field.typeId) ?? []).map((one) => one.id)
  if (value === undefined || known.includes(Number(value))) return value
  return refuse(place, 'unknown_pipeline', { id: String(value) }, { allowed: known.map(String) })
}

/** The id of a pipeline of the type. */
export const pipeline: Scalar = {
  ...anyId,
  order: ({ field }, { pipelines }) => ({ values: (pipelines.get(field.typeId) ?? []).map((one) => one.id) }),
  countable: true,
  grouping: 'values',
  read: readPipeline,
  operand: readPipeline,
  choices: ({ typeId }, { pipelines }) =>
    (pipelines.get(typeId) ?? []).map(({ id, name }) => ({ value: id, label: name })),
  toCsv(value, field, writing) {
    if (writing.mode === 'raw') return String(value)
    const found = writing.lookups.pipelines.get(field.typeId)?.find((one) => one.id === value)
    return found?.name[writing.language] ?? String(value)
  },
  fromCsv(text, place) {
    const all = place.context.lookups.pipelines.get(place.field.typeId) ?? []
    const found = all.find(({ id, name }) => String(id) === text || [name.ru, name.en].map(fold).includes(fold(text)))
    return found?.id ?? refuse(place, 'unknown_pipeline', { id: text }, { allowed: all.map((one) => String(one.id)) })
  },
}

/** The id of a user. Conditions accept `me` for the caller. */
export const employee: Scalar = {
  ...anyId,
  leadsTo: () => 'user',
  steps: 'indexed',
  order: (target) => ({
    // One look-up in a value is faster than one in a table for each record.
    kept: { column: sql`${userNamesById} ->> ${target.column}::text`, scalar: string },
    steps: stepsOf(target, sql`select id as value, ${withCollation(string, userName)} as key from "user"`),
  }),
  countable: true,
  grouping: 'values',
  word: (text) => nearest(text, ['me']),
  defaultWord: (word, { userId }) => (word === 'me' ? userId : undefined),
  operand: (input, place) => (input === 'me' ? place.context.userId : readWhole(input, place)),
  toCsv: (value, _field, writing) => (writing.mode === 'raw' ? String(value) : writing.userName(Number(value))),
}
