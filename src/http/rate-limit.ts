import { isIPv6 } from 'node:net'
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { Problem } from '../errors/problem.ts'

/** Length of the window in which requests are counted. */
export const rateWindowSeconds = 60

/** The remaining requests of a caller in the current window. */
export interface Quota {
  remaining: number
  resetSeconds: number
  isExceeded: boolean
}

/** Counts the requests of each caller within a window, in this process. */
export class RateLimit {
  readonly most: number
  readonly #limiter: RateLimiterMemory
  #lastTaken = 0

  constructor(most: number) {
    this.most = most
    this.#limiter = new RateLimiterMemory({ points: most, duration: rateWindowSeconds })
  }

  /** Counts one request of a caller. */
  async take(who: string): Promise<Quota> {
    this.#lastTaken = Date.now()
    // The library throws when the limit is exceeded. Here that is not an error.
    return this.#quota(await this.#limiter.consume(who).catch(refusal))
  }

  /** Whether there was no request within a window, so that all quotas are full. */
  get isIdle(): boolean {
    return Date.now() - this.#lastTaken > rateWindowSeconds * 1000
  }

  /** Returns the quota of a caller who has used it up; undefined otherwise. Does not count a request. */
  async spent(who: string): Promise<Quota | undefined> {
    const found = await this.#limiter.get(who)
    return found && found.consumedPoints >= this.most ? this.#quota(found) : undefined
  }

  #quota({ consumedPoints, remainingPoints, msBeforeNext }: RateLimiterRes): Quota {
    const resetSeconds = Math.max(1, Math.ceil(msBeforeNext / 1000))
    return { remaining: remainingPoints, resetSeconds, isExceeded: consumedPoints > this.most }
  }
}

/** Returns the rate limit headers of the IETF HTTP working group's draft, as structured fields. */
export function rateHeaders(most: number, { remaining, resetSeconds }: Quota): Record<string, string> {
  return {
    'ratelimit-policy': `"default";q=${most};w=${rateWindowSeconds}`,
    ratelimit: `"default";r=${remaining};t=${resetSeconds}`,
  }
}

/** Returns the problem for a request over the limit. */
export function rateLimitProblem({ resetSeconds: seconds }: Quota, headers: Record<string, string> = {}): Problem {
  return new Problem('too_many_requests', { seconds }, { headers: { ...headers, 'retry-after': String(seconds) } })
}

/** Returns the address, or the /64 network of an IPv6 address: one caller can use all addresses of it. */
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
