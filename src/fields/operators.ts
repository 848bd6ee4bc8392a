import { nearest } from '../errors/nearest.ts'
import {
  type ArrayComparison,
  type Comparison,
  equals,
  equalsOne,
  finds,
  hasItems,
  includes,
  isAt,
  isAtLeast,
  isAtMost,
  isFilled,
  isGreater,
  isLess,
  overlaps,
  type PartOfTime,
  within,
} from './comparisons.ts'
import {
  flag,
  fragmentsFor,
  manyValues,
  type Operand,
  type OperandForm,
  oneValue,
  twoValues,
  wholeNumbers,
} from './operands.ts'
import type { Scalar } from './scalar.ts'
import { anywhere, atEnd, atStart, type TextPart } from './text-parts.ts'

/** What is known about an operator. */
interface Entry {
  /** The description in the API document. */
  description: string
  /** Another name that requests can use. */
  alias?: string
  /** How requests write its operand, and how it is read. */
  operand: OperandForm
  compare: Comparison
  /** Default: compares each item of the array. */
  compareArray?: ArrayComparison
  /** True if a field that stores its values as rows matches with any row. Default: compares each row. */
  takesAnyRow?: true
  /**
   * Returns whether it matches the records for which the comparison is not true. Missing if it never does. No index
   * finds the absence of a value.
   */
  negates?(operands: readonly Operand[]): boolean
  /** The part of a text that it looks for. Default: it compares whole values. */
  part?: TextPart
  /** True if no index finds the records that it matches. */
  usesNoIndex?: true
  /** True if it matches the records with exactly one value. */
  matchesOneValue?: true
}

/** An operator of conditions. */
export interface Operator extends Entry {
  name: OperatorName
}

export type OperatorName = keyof typeof table

const equality = { operand: oneValue, compare: equals, compareArray: includes }
const membership = { operand: manyValues, compare: equalsOne, compareArray: overlaps }
const always = () => true
const partOfTime = (part: PartOfTime, limits: { min: number; max: number }) => ({
  operand: wholeNumbers(limits),
  compare: isAt(part),
  usesNoIndex: true as const,
})
const lookFor = (part: TextPart) => ({ operand: fragmentsFor(part), compare: finds(part), part })

/** The operators. To add one, add its entry here and its name to the sets of the kinds that support it. */
const table = {
  eq: { ...equality, matchesOneValue: true, description: 'Equals the value.' },
  ne: { ...equality, negates: always, description: 'Does not equal the value. Includes records without a value.' },
  gt: { operand: oneValue, compare: isGreater, description: 'Greater than the value.' },
  gte: { operand: oneValue, compare: isAtLeast, description: 'Greater than or equal to the value.' },
  lt: { operand: oneValue, compare: isLess, description: 'Less than the value.' },
  lte: { operand: oneValue, compare: isAtMost, description: 'Less than or equal to the value.' },
  in: { ...membership, description: 'Equals one of the values. Separate them with commas.' },
  nin: {
    ...membership,
    alias: 'notIn',
    negates: always,
    description: 'Equals none of the values. Includes records without a value. `notIn` is the same.',
  },
  between: {
    operand: twoValues,
    compare: within,
    description: 'Between two values, inclusive. Separate them with a comma.',
  },
  contains: {
    ...lookFor(anywhere),
    description: 'Contains the text. Ignores case, accents and the difference between ё and е.',
  },
  startsWith: {
    ...lookFor(atStart),
    description: 'Starts with the text. Ignores case, accents and the difference between ё and е.',
  },
  endsWith: {
    ...lookFor(atEnd),
    description: 'Ends with the text. Ignores case, accents and the difference between ё and е.',
  },
  notContains: {
    ...lookFor(anywhere),
    negates: always,
    description:
      'Does not contain the text. Ignores case, accents and the difference between ё and е. Includes records without a value.',
  },
  dayOfWeek: {
    ...partOfTime('isodow', { min: 1, max: 7 }),
    description: 'On one of these days of the week, from 1 (Monday) to 7 (Sunday). Separate them with commas.',
  },
  hourOfDay: {
    ...partOfTime('hour', { min: 0, max: 23 }),
    description: 'In one of these hours of the day, from 0 to 23. Separate them with commas.',
  },
  isEmpty: {
    operand: flag,
    compare: isFilled,
    compareArray: hasItems,
    takesAnyRow: true,
    negates: ([operand]) => operand !== undefined && 'value' in operand && operand.value === true,
    description: '`true` matches records without a value, `false` records with a value.',
  },
} satisfies Record<string, Entry>

/** The names of the operators. */
export const operatorNames = Object.keys(table) as OperatorName[]

/** The operators by name. */
export const operators = Object.fromEntries(
  Object.entries<Entry>(table).map(([name, entry]) => [name, { name, ...entry }]),
) as Record<OperatorName, Operator>

/** What other APIs call the operators. */
const otherNames: Readonly<Record<string, OperatorName>> = {
  ...{ '=': 'eq', '==': 'eq', equals: 'eq', is: 'eq', '!=': 'ne', '<>': 'ne', neq: 'ne', not: 'ne' },
  ...{
    '>': 'gt',
    after: 'gt',
    '>=': 'gte',
    ge: 'gte',
    from: 'gte',
    '<': 'lt',
    before: 'lt',
    '<=': 'lte',
    le: 'lte',
    to: 'lte',
  },
  ...{ any: 'in', not_in: 'nin', range: 'between', like: 'contains', ilike: 'contains', icontains: 'contains' },
  ...{ substring: 'contains', isnull: 'isEmpty', null: 'isEmpty', empty: 'isEmpty' },
}

/** Returns the operator that was probably meant by an unknown name. */
export function nearestOperator(name: string): OperatorName | undefined {
  const known = name.toLowerCase().replace(/^\$/, '')
  if (Object.hasOwn(otherNames, known)) return otherNames[known]
  return nearest(known, operatorNames) as OperatorName | undefined
}

/** The operator of a condition that names none. */
export const defaultOperator: OperatorName = 'eq'

/** The operators of the conditions that the server makes, by what they select. */
export const selects = {
  value: 'eq',
  values: 'in',
  otherThan: 'ne',
  otherThanAny: 'nin',
  from: 'gte',
  upTo: 'lte',
  between: 'between',
  empty: 'isEmpty',
  dayOfWeek: 'dayOfWeek',
  hourOfDay: 'hourOfDay',
} as const satisfies Record<string, OperatorName>

const equalityNames = ['eq', 'ne', 'in', 'nin', 'isEmpty'] as const
const orderNames = [...equalityNames, 'gt', 'gte', 'lt', 'lte', 'between'] as const

/** The operators that kinds of values support. */
export const operatorSets = {
  equality: equalityNames,
  text: [...equalityNames, 'contains', 'startsWith', 'endsWith', 'notContains'],
  order: orderNames,
  date: [...orderNames, 'dayOfWeek'],
  datetime: [...orderNames, 'dayOfWeek', 'hourOfDay'],
  flag: ['eq', 'ne', 'isEmpty'],
} satisfies Record<string, readonly OperatorName[]>

/** Returns the operator with this name or alias, if there is one. */
export function operatorNamed(name: unknown): Operator | undefined {
  const known = operatorNames.find((one) => one === name || (operators[one].alias ?? one) === name)
  return known && operators[known]
}

/** Returns whether conditions choose among many whole values. A flag has only two. */
export function choosesAmongMany({ operators: names }: Scalar): boolean {
  return names.some((name) => operators[name].operand.isSet)
}

/** Returns whether conditions look for parts of these values, which needs an index for parts. */
export function findsParts({ operators: names }: Scalar): boolean {
  return names.some((name) => operators[name].part)
}
