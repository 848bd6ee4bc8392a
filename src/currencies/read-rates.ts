import { fieldsOf } from '../entities/system-fields.ts'
import { pointerOf } from '../errors/json-pointer.ts'
import { type Fault, FaultList, invalid } from '../errors/problem.ts'
import type { Field } from '../fields/field.ts'
import { kindOf } from '../fields/kinds/kinds.ts'
import type { Context, Value } from '../fields/value.ts'

/** A rate: from its day on, `nominal` units of the currency cost `amount` units of the base currency. */
export interface Rate {
  date: string
  amount: string
  nominal: number
}

/** The most units that an amount can be for. */
export const mostNominal = 1_000_000_000

/** The most rates in a request. */
export const mostRates = 10_000

/** The most digits of the amount of a rate after the decimal point. */
const precision = 10
const noType = 0

/** The values of a rate, as fields, so that they are read and written like those of records. */
export const rateFields = fieldsOf(noType, [
  { code: 'date', kind: 'date', label: { en: 'Date', ru: 'Дата' }, notNull: true },
  {
    code: 'amount',
    kind: 'decimal',
    label: { en: 'Amount', ru: 'Курс' },
    settings: { min: `0.${'1'.padStart(precision, '0')}`, max: '1000000000000', precision },
    notNull: true,
  },
  {
    code: 'nominal',
    kind: 'integer',
    label: { en: 'Nominal', ru: 'Номинал' },
    settings: { min: 1, max: mostNominal, default: 1 },
    notNull: true,
  },
])

const dateField = rateFields[0]!

/** Returns the value of a field, or undefined after a fault. */
export type ReadValue = (field: Field, pointer: string, faults: Fault[]) => Value | undefined

/** Reads the rates of a request, given where each stands in it. Throws every fault, also of days that stand twice. */
export function readRates(sources: readonly { pointer: string; read: ReadValue }[]): Rate[] {
  const faults = new FaultList()
  const days = new Set<Value | undefined>()
  const rates = sources.map(({ pointer, read }) => {
    const place = (field: Field) => pointer + pointerOf([field.code])
    const [date, amount, nominal] = rateFields.map((field) => read(field, place(field), faults))
    if (date !== undefined && days.has(date)) faults.push({ pointer: place(dateField), code: 'duplicate_value' })
    days.add(date)
    return { date: String(date), amount: String(amount), nominal: Number(nominal) }
  })
  if (faults.length) throw invalid(faults)
  return rates
}

/** Returns the reader of the members of a JSON body, whose types were checked. Absent ones have their default. */
export function inBody(body: Readonly<Record<string, unknown>>, context: Context): ReadValue {
  return (field, pointer, faults) => {
    const given = body[field.code]
    if (given === undefined) return defaultOf(field, context)
    return kindOf(field).read(given, { field, context, pointer, faults }, null)
  }
}

function defaultOf(field: Field, context: Context): Value | undefined {
  const { default: value } = field.settings
  return (typeof value === 'string' ? kindOf(field).defaultWord?.(value, context) : undefined) ?? value
}

/** Returns the day in a path or query. Throws `invalid_date`. */
export function readDay(text: string, parameter: string, context: Context): string {
  const faults: Fault[] = []
  const day = kindOf(dateField).read(text, { field: dateField, context, pointer: '', faults }, null)
  if (faults.length) throw invalid([{ parameter, code: 'invalid_date' }])
  return String(day)
}
