/** Returns items in portions of at most `most` by their sizes. A larger item is a portion of its own. */
export function* portionsOf<Item>(
  items: readonly Item[],
  sizeOf: (item: Item) => number,
  most: number,
): Generator<Item[], void, undefined> {
  let portion: Item[] = []
  let size = 0
  for (const item of items) {
    if (portion.length && size + sizeOf(item) > most) {
      yield portion
      ;[portion, size] = [[], 0]
    }
    portion.push(item)
    size += sizeOf(item)
  }
  if (portion.length) yield portion
}
