/** The embedded Postgres cannot serve; the message says why, and what to do about it. */
export class EmbeddedFault extends Error {
  override name = 'EmbeddedFault'
}

/** The fault behind what a program of Postgres printed before it failed. */
export function faultOf(what: string, printed: string, cure = ''): EmbeddedFault {
  if (/No space left on device|Disk quota exceeded/.test(printed)) {
    return new EmbeddedFault(`${what}: there is no room left on its disk. Free some, then start again.`)
  }
  return new EmbeddedFault(`${what}: ${printed.trim()}${cure}`)
}
