import type { Fault } from '../errors/problem.ts'
import { kindOf } from '../fields/kinds/kinds.ts'
import type { Place } from '../fields/value.ts'

/** Maximum number of choices in a message, and of characters of a cell. */
const most = { choices: 10, characters: 40 }

/** Returns a fault with the text of its cell and the labels of the allowed values, the nearest one first. */
export function withChoices(fault: Fault, text: string, { field, context }: Place): Fault {
  const choices = fault.allowed ? (kindOf(field).choices?.(field, context.lookups) ?? []) : []
  if (!choices.length) return fault
  const near = choices.filter(({ value }) => value === fault.hint)
  const shown = [...new Set([...near, ...choices])].slice(0, most.choices).map(({ label }) => label)
  const more = choices.length > shown.length ? ', …' : ''
  const [en, ru] = (['en', 'ru'] as const).map((language) => shown.map((label) => label[language]).join(', ') + more)
  const value = text.length > most.characters ? `${text.slice(0, most.characters)}…` : text
  return { ...fault, params: { ...fault.params, value, allowed: { en: en!, ru: ru! } } }
}
