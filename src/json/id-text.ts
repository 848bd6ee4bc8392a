/** Returns the id that a text of digits means. Routers and forms of clients hold ids as texts. Returns other values unchanged. */
export function meantId(input: unknown): unknown {
  if (typeof input !== 'string' || !/^[1-9]\d{0,15}$/.test(input)) return input
  return Number.isSafeInteger(Number(input)) ? Number(input) : input
}
