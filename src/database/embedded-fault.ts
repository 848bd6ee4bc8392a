/** The embedded Postgres cannot serve; the message says why, and what to do about it. */
export class EmbeddedFault extends Error {
  override name = 'EmbeddedFault'
}
