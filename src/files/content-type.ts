/** What a program takes for bytes of which nothing is known. */
export const unknownType = 'application/octet-stream'

/** What browsers show of themselves, told by its first bytes, in hexadecimal. */
const signatures: readonly (readonly [type: string, start: RegExp])[] = [
  ['image/png', /^89504e470d0a1a0a/],
  ['image/jpeg', /^ffd8ff/],
  ['image/gif', /^4749463837|^4749463839/],
  ['image/webp', /^52494646.{8}57454250/],
  ['application/pdf', /^255044462d/],
]
/** So many bytes tell. */
export const tellingBytes = 16

/** What is believed without proof, since no program runs it; nothing of it is markup. */
const harmless =
  /^(?:(?:image|audio|video|font)\/[\w.-]+|text\/(?:plain|csv|markdown|calendar|vcard)|application\/(?:json|rtf|zip|gzip|msword|vnd\.[\w.-]+))$/

/**
 * The type that bytes are served as: what they show themselves to be, else what they are said to be as long as that is
 * harmless and cannot be told by the bytes.
 */
export function contentTypeOf(start: Buffer, declared: string | null): string {
  const shown = signatures.find(([, form]) => form.test(start.toString('hex')))?.[0]
  if (shown) return shown
  const isLie = signatures.some(([type]) => type === declared)
  return declared && !isLie && harmless.test(declared) ? declared : unknownType
}

/** The media type of a header, without its parameters; null where there is none or it has not even the form of one. */
export function mediaType(header: string | undefined): string | null {
  const type = header?.split(';', 1)[0]?.trim().toLowerCase() ?? ''
  return /^[\w!#$&^.+-]{1,100}\/[\w!#$&^.+-]{1,100}$/.test(type) ? type : null
}
