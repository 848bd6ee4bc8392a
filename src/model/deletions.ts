import type { CardName } from './card-names.ts'
import type { ModelPlan } from './model-plan.ts'

/** The name of a part to delete, and its place in the request. */
interface Named {
  name: string
  pointer: string
}

/** Parts of a model to delete. */
export interface Deletions {
  types: (Named & { type: string })[]
  fields: (Named & { type: string; field: string })[]
  options: (Named & { type: string; field: string; option: string })[]
  cards: (Named & { type: string; card: CardName })[]
  dictionaries: (Named & { dictionary: string })[]
  entries: (Named & { dictionary: string; entry: string })[]
}

/** Reads the names of parts to delete. Adds a fault for each that is not the name of a part. */
export function readDeletions(plan: ModelPlan, names: readonly string[]): Deletions {
  const deletions: Deletions = { types: [], fields: [], options: [], cards: [], dictionaries: [], entries: [] }
  for (const [index, name] of names.entries()) {
    const named = { name, pointer: `/delete/${index}` }
    const [first, code = '', second, inner = '', third, innermost = '', ...more] = name.split('.')
    const form = [first, second, third].filter((word) => word !== undefined).join('.')
    if (names.indexOf(name) < index) plan.refuse(named.pointer, 'duplicate_value')
    else if (more.length || name.split('.').includes('')) plan.refuse(named.pointer, 'unknown_part')
    else if (form === 'types' && code) deletions.types.push({ ...named, type: code })
    else if (form === 'types.fields' && inner) deletions.fields.push({ ...named, type: code, field: inner })
    else if (form === 'types.fields.options' && innermost)
      deletions.options.push({ ...named, type: code, field: inner, option: innermost })
    else if ((form === 'types.card' || form === 'types.repeatCard') && !inner)
      deletions.cards.push({ ...named, type: code, card: second as CardName })
    else if (form === 'dictionaries' && code) deletions.dictionaries.push({ ...named, dictionary: code })
    else if (form === 'dictionaries.entries' && inner)
      deletions.entries.push({ ...named, dictionary: code, entry: inner })
    else plan.refuse(named.pointer, 'unknown_part')
  }
  return deletions
}
