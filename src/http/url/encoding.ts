import type { FastifyInstance } from 'fastify'
import { type Fault, invalid } from '../../errors/problem.ts'

/** Returns the URL without a slash at the end of the path. */
export function withoutEndingSlash(url: string): string {
  const [path = '', ...query] = url.split('?')
  // The pages of the documentation have addresses of their own with a slash.
  return path.startsWith('/docs') ? url : [path.replace(/(?<=[^/])\/+$/, ''), ...query].join('?')
}

/** Rejects parameters with invalid percent-encoding. They would otherwise be read literally, including `%`. */
export function refuseBrokenEncoding(app: FastifyInstance): void {
  app.addHook('preValidation', ({ url }, _reply, done) => {
    if (!url.includes('%')) return done()
    const pieces = url.slice(url.indexOf('?') + 1).split('&')
    const broken = pieces.filter((piece) => decoded(piece) === undefined)
    if (broken.length === 0) return done()
    done(invalid(broken.map((piece): Fault => ({ parameter: nameOf(piece), code: 'broken_encoding' }))))
  })
}

function decoded(text: string): string | undefined {
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
