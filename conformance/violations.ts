/** A difference between a response and the API document, as Prism reports it. */
export interface Violation {
  location: string[]
  message: string
}

/** Reads the header in which Prism reports violations. */
export function readViolations(header: string | undefined): Violation[] {
  if (!header) return []
  // Prism cuts a long list off.
  if (!header.startsWith('[')) return [{ location: ['response'], message: header.slice(0, 1000) }]
  return (JSON.parse(header) as Violation[]).filter(({ location }) => location[0] === 'response')
}
