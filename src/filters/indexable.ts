import type { Operator } from '../fields/scalar.ts'
import type { Leaf } from './condition.ts'

/** Whether an index gives the records that fulfil a condition on one field. */
export function isLookedUp(leaf: Leaf): boolean {
  const { target, op } = leaf
  if (isComplement(op)) return false
  const { link } = target
  if (!link) return isIndexed(leaf)
  return link.isIndexed && (link.isFew || isIndexed(leaf))
}

function isIndexed({ target: { indexed }, op, operands }: Leaf): boolean {
  if (!isForPart(op)) return indexed?.values ?? false
  const isTelling = op === 'startsWith' ? tellingBeginning : tellingPart
  return (indexed?.parts ?? false) && operands.every((one) => 'value' in one && isTelling.test(String(one.value)))
}

const complements: readonly Operator[] = ['ne', 'nin', 'isEmpty']

/** Whether a condition is about what records do not have, which no index gives. */
export function isComplement(op: Operator): boolean {
  return complements.includes(op)
}

/** Whether a condition is about a part of a text. */
export function isForPart(op: Operator): boolean {
  return op === 'contains' || op === 'startsWith'
}

// An index of trigrams knows three letters, or two at the beginning or end of a word; of less it would give everything.
const tellingPart = /[\p{L}\p{N}]{3}|[\p{L}\p{N}]{2}[^\p{L}\p{N}]|[^\p{L}\p{N}][\p{L}\p{N}]{2}/u
const tellingBeginning = new RegExp(`^[\\p{L}\\p{N}]{2}|${tellingPart.source}`, 'u')
