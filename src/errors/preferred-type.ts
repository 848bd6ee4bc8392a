import Negotiator from 'negotiator'

/**
 * Returns the media type that the header `Accept` prefers, the first of equally preferred ones. Undefined if it accepts none
 * of them. The response needs `Vary: Accept`.
 */
export function preferredType<Type extends string>(
  accept: string | undefined,
  types: readonly Type[],
): Type | undefined {
  // A range with parameters matches only a type that has them.
  const variants = new Map(['', ';charset=utf-8'].flatMap((end) => types.map((type) => [type + end, type] as const)))
  const preferred = new Negotiator({ headers: { accept: accept || undefined } }).mediaType([...variants.keys()])
  return variants.get(preferred ?? '')
}
