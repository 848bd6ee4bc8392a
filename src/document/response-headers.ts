/** The headers of responses that the document describes once. */
export const headers = {
  RateLimit: {
    description: 'Remaining requests (`r`) and seconds until the window ends (`t`). Absent if there is no limit.',
    schema: { type: 'string', maxLength: 100, examples: ['"default";r=5999;t=60'] },
  },
  'RateLimit-Policy': {
    description: 'Requests (`q`) per window of so many seconds (`w`). Absent if there is no limit.',
    schema: { type: 'string', maxLength: 100, examples: ['"default";q=6000;w=60'] },
  },
  'Retry-After': {
    description: 'Seconds to wait before the next try.',
    schema: { type: 'integer', minimum: 0, maximum: 86_400, examples: [5] },
  },
}

type HeaderName = keyof typeof headers

const refsTo = (...names: HeaderName[]) =>
  Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]))

const rate = refsTo('RateLimit', 'RateLimit-Policy')

/** Adds the rate limit headers to the successes of an operation that needs a key. */
export function addRateHeaders(answers: Record<string, { $ref?: string; headers?: object }>): void {
  for (const answer of Object.values(answers)) if (!answer.$ref) answer.headers = { ...answer.headers, ...rate }
}

/** Returns the headers of a shared problem response. Without a valid key no limit applies. */
export function problemHeaders(title: string): { headers?: object } {
  if (title === 'Unauthorized') return {}
  const isLater = title === 'TooManyRequests' || title === 'ServiceUnavailable'
  return { headers: { ...rate, ...(isLater && refsTo('Retry-After')) } }
}
