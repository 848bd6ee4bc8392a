/** Thrown when a request began with a caller or a catalogue that is out of date. Nothing that it did may be used. */
export class StaleAccess extends Error {
  override name = 'StaleAccess'
}
