import { Big } from 'big.js'
import type { OperatorName } from '../../src/fields/operators.ts'

/** The values of a kind of field, and how they compare. */
export type Comparison = 'text' | 'channel' | 'code' | 'number' | 'decimal' | 'day' | 'instant' | 'flag'

/** A field as filters name it, with the values of records and the operands of conditions. */
export interface FilterField {
  path: string
  comparison: Comparison
  operators: readonly OperatorName[]
  /** Values of a record, as the API returns it in `record`. */
  valuesOf(record: Record<string, unknown>): unknown[]
  operands: readonly unknown[]
  /** Texts whose parts are used in conditions. */
  fragments?: readonly string[]
  /** What an operand stands for if not itself: a phone as it is written, `me`, a part of several phones. */
  meanings?: ReadonlyMap<unknown, unknown>
}

/** A condition as requests write it. */
export type Ast = { and: Ast[] } | { or: Ast[] } | { not: Ast } | { field: string; op: OperatorName; value: unknown }

const equality = ['eq', 'ne', 'in', 'nin', 'isEmpty'] as const
/** The operators that look for a part of a text. */
export const parts = ['contains', 'startsWith', 'endsWith', 'notContains'] as const
const order = [...equality, 'gt', 'gte', 'lt', 'lte', 'between'] as const

/** The operators of each kind of comparison. */
export const operatorsOf: Record<Comparison, readonly OperatorName[]> = {
  text: [...equality, ...parts],
  channel: [...equality, ...parts],
  code: equality,
  number: order,
  decimal: order,
  day: order,
  instant: order,
  flag: ['eq', 'ne', 'isEmpty'],
}

/** Returns whether a record matches a condition, by the two-valued logic that the API documents. */
export function fulfils(record: Record<string, unknown>, ast: Ast, fields: ReadonlyMap<string, FilterField>): boolean {
  if ('and' in ast) return ast.and.every((part) => fulfils(record, part, fields))
  if ('or' in ast) return ast.or.some((part) => fulfils(record, part, fields))
  if ('not' in ast) return !fulfils(record, ast.not, fields)
  const { valuesOf, comparison, meanings } = fields.get(ast.field)!
  const values = valuesOf(record)
  const operand = meant(ast.value, meanings)
  const any = (op: OperatorName) => values.some((value) => holds(op, value, operand, comparison))
  if (ast.op === 'isEmpty') return (values.length === 0) === ast.value
  if (ast.op === 'ne') return !any('eq')
  if (ast.op === 'notContains') return !any('contains')
  if (ast.op === 'nin') return !any('in')
  return any(ast.op)
}

function meant(operand: unknown, meanings: FilterField['meanings']): unknown {
  if (Array.isArray(operand)) return operand.map((one) => meant(one, meanings))
  return meanings?.has(operand) ? meanings.get(operand) : operand
}

function holds(op: OperatorName, value: unknown, operand: unknown, comparison: Comparison): boolean {
  if (op === 'in') return (operand as unknown[]).some((one) => holds('eq', value, one, comparison))
  if (op === 'between') {
    const [low, high] = operand as unknown[]
    return holds('gte', value, low, comparison) && holds('lte', value, high, comparison)
  }
  if (op === 'contains') return [operand].flat().some((one) => fold(value).includes(fold(one)))
  if (op === 'startsWith') return [operand].flat().some((one) => fold(value).startsWith(fold(one)))
  if (op === 'endsWith') return [operand].flat().some((one) => fold(value).endsWith(fold(one)))
  if (comparison === 'instant' && /^\d{4}-\d\d-\d\d$/.test(String(operand))) {
    return inOrder(
      op,
      String(value).slice(0, 10) < String(operand) ? -1 : Number(String(value).slice(0, 10) > String(operand)),
    )
  }
  return inOrder(op, compare(value, operand, comparison))
}

function inOrder(op: OperatorName, sign: number): boolean {
  if (op === 'eq') return sign === 0
  if (op === 'gt') return sign > 0
  if (op === 'gte') return sign >= 0
  return op === 'lt' ? sign < 0 : sign <= 0
}

function compare(a: unknown, b: unknown, comparison: Comparison): number {
  if (comparison === 'decimal') return new Big(String(a)).cmp(String(b))
  const [left, right] = comparison === 'instant' ? [micros(a), micros(b)] : [a as string, b as string]
  return left === right ? 0 : left < right ? -1 : 1
}

const plainLetters: Record<string, string> = { ё: 'е', æ: 'ae', ß: 'ss', ø: 'o', ł: 'l' }

/** Removes case, ё and accents, as the API documents for parts of texts. й and similar letters stay distinct. */
function fold(text: unknown): string {
  return String(text)
    .toLowerCase()
    .normalize('NFD')
    .replaceAll(/(?<!\p{Script=Cyrillic})\p{Mn}|(?<![гк])[\u0300\u0301]/gu, '')
    .normalize('NFC')
    .replaceAll(/[ёæßøł]/g, (letter) => plainLetters[letter]!)
}

function micros(instant: unknown): string {
  const [seconds, fraction = ''] = String(instant).replace('Z', '').split('.')
  return `${seconds}.${fraction.padEnd(6, '0')}`
}

/** Returns the condition as URL parameters. */
export function queryParameters({ field, op, value }: Extract<Ast, { field: string }>): [string, string] {
  const quote = (one: unknown) => `"${String(one).replaceAll('"', '""')}"`
  return [`filter[${field}][${op}]`, Array.isArray(value) ? value.map(quote).join() : String(value)]
}
