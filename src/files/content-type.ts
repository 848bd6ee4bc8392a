/** The media type of unknown content. */
export const unknownType = 'application/octet-stream'

/**
 * Media types that browsers display, with their first bytes in hexadecimal. `file-type` would not replace this list: of
 * the hundreds of types that it detects only these are displayed, and it needs kilobytes of a file.
 */
const signatures: readonly (readonly [type: string, start: RegExp])[] = [
  ['image/png', /^89504e470d0a1a0a/],
  ['image/jpeg', /^ffd8ff/],
  ['image/gif', /^4749463837|^4749463839/],
  ['image/webp', /^52494646.{8}57454250/],
  ['application/pdf', /^255044462d/],
]
/** Number of bytes that the signatures need. */
export const signatureLength = 16

/** Declared types that are accepted without a check, because programs do not execute them. None of them is markup. */
const harmless =
  /^(?:(?:image|audio|video|font)\/[\w.-]+|text\/(?:plain|csv|markdown|calendar|vcard)|application\/(?:json|rtf|zip|gzip|msword|vnd\.[\w.-]+))$/

/**
 * Returns the media type of a download: the type that the signature shows, else the declared type if it is harmless and
 * has no signature, else `application/octet-stream`.
 */
export function contentTypeOf(start: Buffer, declared: string | null): string {
  const shown = signatures.find(([, form]) => form.test(start.toString('hex')))?.[0]
  if (shown) return shown
  const isLie = signatures.some(([type]) => type === declared)
  return declared && !isLie && harmless.test(declared) ? declared : unknownType
}

/** Returns the media type of a header without its parameters, or null when it is absent or malformed. */
export function mediaType(header: string | undefined): string | null {
  const type = header?.split(';', 1)[0]?.trim().toLowerCase() ?? ''
  return /^[\w!#$&^.+-]{1,100}\/[\w!#$&^.+-]{1,100}$/.test(type) ? type : null
}
