import type { Field } from '../../fields/field.ts'
import { kindOf } from '../../fields/kinds/kinds.ts'
import { isNothing, isObject, type Value } from '../../fields/value.ts'

/** Returns a text in the form in which case, ё, spaces and punctuation make no difference. */
export function folded(text: string): string {
  const plain = text.toLowerCase().replaceAll('ё', 'е')
  return plain.replaceAll(/[\s.,;:!?"'«»„“”()\-–—]+/g, ' ').trim()
}

/** Returns different texts as one. A text that another one contains is left out. Undefined if the result is too long. */
export function joinTexts(field: Field, texts: readonly string[]): string | undefined {
  const forms = texts.map(folded)
  const isIn = (form: string, other: string) => ` ${other} `.includes(` ${form} `)
  const kept = texts.filter((_, at) =>
    forms.every((form, index) => index === at || !isIn(forms[at]!, form) || (form === forms[at] && index > at)),
  )
  const { joiner, longest = 0 } = kindOf(field)
  const joined = kept.join(joiner)
  return [...joined].length <= (field.settings.maxLength ?? longest) ? joined : undefined
}

/** Returns whether a decimal is larger than another one. */
export function isLarger(a: string, b: string): boolean {
  const [x, y] = [a, b].map((text) => {
    const [whole = '', fraction = ''] = text.split('.')
    return BigInt(whole + fraction.padEnd(15, '0'))
  })
  return x! > y!
}

/** How complete a value is: the number of its parts, whether it is in upper and lower case, and its length. */
type Measure = readonly [parts: number, formed: number, length: number]

function measureOf(value: Value): Measure {
  if (isNothing(value)) return [0, 0, 0]
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  const parts = isObject(value) ? Object.values(value).filter((part) => !isNothing(part as Value)).length : 1
  const isFormed = typeof value === 'string' && text !== text.toUpperCase() && text !== text.toLowerCase()
  return [parts, isFormed ? 1 : 0, text.length]
}

/**
 * Returns the index of the values of one record that are more complete, better formed or longer than those of the others.
 * The first of equal ones counts.
 */
export function bestOf(records: readonly (readonly Value[])[]): number {
  const measures = records.map((values) =>
    values.map(measureOf).reduce<Measure>(([a, b, c], [x, y, z]) => [a + x, b + y, c + z], [0, 0, 0]),
  )
  const isBetter = (a: Measure, b: Measure) => {
    const at = a.findIndex((number, index) => number !== b[index])
    return at >= 0 && a[at]! > b[at]!
  }
  return measures.reduce((best, measure, index) => (isBetter(measure, measures[best]!) ? index : best), 0)
}

/** Returns an object with the parts that it lacks, from other objects in their order. */
export function withParts(value: Readonly<Record<string, Value>>, others: readonly Value[]): Record<string, Value> {
  const filled: Record<string, Value> = { ...value }
  for (const other of others) {
    if (!isObject(other)) continue
    for (const [name, part] of Object.entries(other)) if (isNothing(filled[name])) filled[name] = part as Value
  }
  return filled
}
