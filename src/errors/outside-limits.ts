import type { Fault } from './problem.ts'

type Limit = string | number | undefined

/** Returns the fault of a value outside its limits. A limit that is undefined does not exist. */
export function outsideLimits({ min, max }: { min?: Limit; max?: Limit }): Pick<Fault, 'code' | 'params'> {
  if (min !== undefined && max !== undefined) return { code: 'out_of_range', params: { min, max } }
  return min !== undefined ? { code: 'too_small', params: { min } } : { code: 'too_large', params: { max: max ?? '' } }
}
