/** A claim of an operation on a key. Operations with the same non-null `mode` may share the key; null is exclusive. */
export interface Claim {
  key: string
  mode: string | null
}

/** The latest holders of a key: their mode, and the first and last wave in which they may run. */
interface Holders {
  mode: string | null
  from: number
  to: number
}

/**
 * Returns the wave of each operation. Operations of a wave run together. An operation that conflicts with an earlier
 * one gets a later wave. A thousand operations then take few statements and have the same effect as one after another.
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
