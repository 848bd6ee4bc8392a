/** Returns whether a request prefers CSV to JSON, given its `Accept` header. */
export function asksForCsv(accept: string | undefined): boolean {
  if (accept === undefined) return false
  return preferenceFor(accept, 'text/csv') > preferenceFor(accept, 'application/json')
}

/** Returns the weight of a media type: that of the most specific range which includes it. */
function preferenceFor(accept: string, type: string): number {
  const ranges = [type, `${type.split('/')[0]}/*`, '*/*']
  const weights = new Map(
    accept.split(',').map((part) => {
      const [range = '', ...parameters] = part.split(';').map((one) => one.trim().toLowerCase())
      const weight = parameters.find((one) => one.startsWith('q='))?.slice(2)
      return [range, weight === undefined ? 1 : Number(weight) || 0]
    }),
  )
  return ranges.map((range) => weights.get(range)).find((weight) => weight !== undefined) ?? 0
}
