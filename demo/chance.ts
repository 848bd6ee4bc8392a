/** Random choices that a seed repeats. */
export interface Chance {
  /** Returns a whole number from `least` to `most`. */
  number(least: number, most: number): number
  /** Returns whether something with this probability happens. */
  happens(probability: number): boolean
  oneOf<T>(items: readonly T[]): T
}

/** Returns the random choices of a seed (the generator Mulberry32). */
export function chanceOf(seed: number): Chance {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let bits = Math.imul(state ^ (state >>> 15), state | 1)
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61)
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32
  }
  const number = (least: number, most: number) => least + Math.floor(next() * (most - least + 1))
  return {
    number,
    happens: (probability) => next() < probability,
    oneOf: <T>(items: readonly T[]): T => items[number(0, items.length - 1)]!,
  }
}
