import type { FastifyInstance } from 'fastify'
import { type Fault, invalid } from '../../errors/problem.ts'

/**
 * Returns the URL as it is meant: with percent-encoding for letters that some clients send as they are, in UTF-8, and
 * without a slash at the end of the path. Bytes in another encoding stay, and are refused later.
 */
export function meantUrl(url: string): string {
  const [path = '', ...query] = url.split('?')
  // The pages of the documentation have addresses of their own with a slash.
  const ending = path.startsWith('/docs') ? path : path.replace(/(?<=[^/])\/+$/, '')
  const meant = [ending, ...query].join('?')
  if (!/[\x80-\xff]/.test(meant)) return meant
  const letters = utf8.decode(Buffer.from(meant, 'latin1'))
  return letters.includes('\ufffd') ? meant : letters.replaceAll(/[^\0-\x7f]+/g, encodeURIComponent)
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })

/** Rejects parameters with invalid percent-encoding. They would otherwise be read literally, including `%`. */
export function refuseBrokenEncoding(app: FastifyInstance): void {
  app.addHook('preValidation', ({ url }, _reply, done) => {
    if (!/[%\x80-\xff]/.test(url)) return done()
    const pieces = url.slice(url.indexOf('?') + 1).split('&')
    const broken = pieces.filter((piece) => decoded(piece) === undefined)
    if (broken.length === 0) return done()
    done(invalid(broken.map((piece): Fault => ({ parameter: nameOf(piece), code: 'broken_encoding' }))))
  })
}

function decoded(text: string): string | undefined {
  // Letters in another encoding than UTF-8.
  if (/[\x80-\xff]/.test(text)) return
  try {
    return decodeURIComponent(text)
  } catch {
    return
  }
}

function nameOf(piece: string): string {
  const name = piece.split('=', 1)[0] ?? ''
  return (decoded(name) ?? name).slice(0, 100)
}

/**
 * Converts parameters to NFC, as `readJson` does for bodies. Some systems send й, ё and é as two characters, which must
 * match the same records.
 */
export function composeParameters(app: FastifyInstance): void {
  app.addHook('preValidation', (request, _reply, done) => {
    if (!request.url.includes('%')) return done()
    for (const values of [request.params, request.query] as Record<string, unknown>[]) {
      for (const [name, value] of Object.entries(values)) values[name] = composed(value)
    }
    done()
  })
}

function composed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(composed)
  return typeof value === 'string' ? value.normalize('NFC') : value
}
