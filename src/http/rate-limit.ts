import { isIPv6 } from 'node:net'
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { Problem } from '../errors/problem.ts'

/** The window in which requests are counted. */
export const rateWindowSeconds = 60

/** What somebody may still do in the present window. */
export interface Quota {
  remaining: number
  resetSeconds: number
  isExceeded: boolean
}

/** Counts what each one does within a window, in this process. */
export class RateLimit {
  readonly most: number
  readonly #limiter: RateLimiterMemory
  #lastTaken = 0

  constructor(most: number) {
    this.most = most
    this.#limiter = new RateLimiterMemory({ points: most, duration: rateWindowSeconds })
  }

  /** Counts one. */
  async take(who: string): Promise<Quota> {
    this.#lastTaken = Date.now()
    // A refusal is thrown by the library, and is no error here.
    return this.#quota(await this.#limiter.consume(who).catch(refusal))
  }

  /** Whether nobody has used anything up: nobody did anything within a window. */
  get isIdle(): boolean {
    return Date.now() - this.#lastTaken > rateWindowSeconds * 1000
  }

  /** The quota of somebody who has used it up; counts nothing. */
  async spent(who: string): Promise<Quota | undefined> {
    const found = await this.#limiter.get(who)
    return found && found.consumedPoints >= this.most ? this.#quota(found) : undefined
  }

  #quota({ consumedPoints, remainingPoints, msBeforeNext }: RateLimiterRes): Quota {
    const resetSeconds = Math.max(1, Math.ceil(msBeforeNext / 1000))
    return { remaining: remainingPoints, resetSeconds, isExceeded: consumedPoints > this.most }
  }
}

/** The fields of the HTTP working group's draft for rate limits, as structured fields. */
export function rateHeaders(most: number, { remaining, resetSeconds }: Quota): Record<string, string> {
  return {
    'ratelimit-policy': `"default";q=${most};w=${rateWindowSeconds}`,
    ratelimit: `"default";r=${remaining};t=${resetSeconds}`,
  }
}

/** The refusal of what is beyond a limit. */
export function tooMany({ resetSeconds: seconds }: Quota, headers: Record<string, string> = {}): Problem {
  return new Problem('too_many_requests', { seconds }, { headers: { ...headers, 'retry-after': String(seconds) } })
}

/** Who stands behind an address: of IPv6 its network, whose addresses one caller may change at will. */
export function networkOf(address: string): string {
  if (!isIPv6(address) || address.startsWith('::ffff:')) return address
  const [head = '', tail] = address.split('::')
  const groups = head.split(':').filter(Boolean)
  const rest = tail?.split(':').filter(Boolean) ?? []
  const all = tail === undefined ? groups : [...groups, ...Array(8 - groups.length - rest.length).fill('0'), ...rest]
  return `${all.slice(0, 4).join(':')}::/64`
}

function refusal(refused: unknown): RateLimiterRes {
  if (refused instanceof RateLimiterRes) return refused
  throw refused
}
