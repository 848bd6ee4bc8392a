import type { Operator } from '../fields/scalar.ts'
import type { Leaf } from './condition.ts'

/** Returns whether an index finds the records that match a condition on one field. */
export function isLookedUp(leaf: Leaf): boolean {
  const { target, op } = leaf
  if (isComplement(op)) return false
  const { link } = target
  if (!link) return isIndexed(leaf)
  return link.isIndexed && (link.isFew || isIndexed(leaf))
}

function isIndexed({ target: { indexed }, op, operands }: Leaf): boolean {
  if (!isForPart(op)) return indexed?.values ?? false
  const pattern = op === 'startsWith' ? indexableStart : indexablePart
  return (indexed?.parts ?? false) && operands.every((one) => 'value' in one && pattern.test(String(one.value)))
}

const complements: readonly Operator[] = ['ne', 'nin', 'isEmpty']

/** Returns whether an operator matches the absence of a value, which no index finds. */
export function isComplement(op: Operator): boolean {
  return complements.includes(op)
}

/** Returns whether an operator matches a part of a text. */
export function isForPart(op: Operator): boolean {
  return op === 'contains' || op === 'startsWith'
}

// A trigram index needs three letters, or two at the start or end of a word. With fewer it would return every row.
const indexablePart = /[\p{L}\p{N}]{3}|[\p{L}\p{N}]{2}[^\p{L}\p{N}]|[^\p{L}\p{N}][\p{L}\p{N}]{2}/u
const indexableStart = new RegExp(`^[\\p{L}\\p{N}]{2}|${indexablePart.source}`, 'u')
