import type { Leaf } from './condition.ts'

/** Returns whether an index finds the records that match a condition on one field. */
export function isIndexable(leaf: Leaf): boolean {
  if (leaf.op.negates || leaf.op.usesNoIndex) return false
  const { link } = leaf.target
  if (!link) return isIndexed(leaf)
  return link.isIndexed && (link.isFew || isIndexed(leaf))
}

function isIndexed({ target: { indexed }, op: { part }, operands }: Leaf): boolean {
  if (!part) return indexed?.values ?? false
  return (indexed?.parts ?? false) && operands.every((one) => 'value' in one && part.indexable.test(String(one.value)))
}
