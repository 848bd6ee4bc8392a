/** The embedded Postgres cannot run. The message gives the reason and the solution. */
export class EmbeddedFault extends Error {
  override name = 'EmbeddedFault'
}

/** Returns the fault for the output of a Postgres program that failed. */
export function faultOf(what: string, printed: string, cure = ''): EmbeddedFault {
  if (/No space left on device|Disk quota exceeded/.test(printed)) {
    return new EmbeddedFault(`${what}: the disk is full. Free some space, then start again.`)
  }
  return new EmbeddedFault(`${what}: ${printed.trim()}${cure}`)
}
