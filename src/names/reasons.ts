/** Reasons as the bits of a number, which is faster to fill than a list. */
export interface ReasonSet<Reason extends string> {
  bit: Readonly<Record<Reason, number>>
  /** Returns the reasons of a set in the order in which they were listed. */
  list: (set: number) => readonly Reason[]
}

/** Returns sets of these reasons, at most 32. */
export function reasonSet<Reason extends string>(reasons: readonly Reason[]): ReasonSet<Reason> {
  const bit = Object.fromEntries(reasons.map((reason, index) => [reason, 1 << index])) as Record<Reason, number>
  const known = new Map<number, readonly Reason[]>()
  const list = (set: number) => {
    const listed = known.get(set) ?? reasons.filter((reason) => set & bit[reason])
    known.set(set, listed)
    return listed
  }
  return { bit, list }
}
