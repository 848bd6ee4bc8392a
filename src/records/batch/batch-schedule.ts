/** What an operation concerns; it may stand beside others that concern the same in the same `mode`, if there is one. */
export interface Claim {
  key: string
  mode: string | null
}

/** Those who concern a thing in one mode, by the first and the last wave in which they may be. */
interface Holders {
  mode: string | null
  from: number
  to: number
}

/**
 * Sorts operations into waves, each of which can be done at once: whatever concerns the same thing as an earlier
 * operation, in another way, comes in a later wave. So a thousand operations take few statements, and have the effect
 * that they would have one after the other.
 */
export function wavesOf(claimsOf: readonly (readonly Claim[])[]): number[] {
  const held = new Map<string, Holders>()
  return claimsOf.map((claims) => {
    const wave = Math.max(0, ...claims.map((claim) => earliest(held.get(claim.key), claim)))
    for (const { key, mode } of claims) {
      const holders = held.get(key)
      if (holders && mode !== null && holders.mode === mode) holders.to = Math.max(holders.to, wave)
      else held.set(key, { mode, from: holders ? holders.to + 1 : 0, to: wave })
    }
    return wave
  })
}

function earliest(holders: Holders | undefined, { mode }: Claim): number {
  if (!holders) return 0
  return mode !== null && holders.mode === mode ? holders.from : holders.to + 1
}
