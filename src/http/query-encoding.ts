import type { FastifyInstance } from 'fastify'
import { type Fault, invalid } from '../errors/problem.ts'

/** Rejects parameters with invalid percent-encoding. They would otherwise be read literally, including `%`. */
export function refuseBrokenEncoding(app: FastifyInstance): void {
  app.addHook('preValidation', async ({ url }) => {
    const query = url.includes('%') ? url.slice(url.indexOf('?') + 1) : ''
    const broken = query.split('&').filter((piece) => decoded(piece) === undefined)
    if (broken.length)
      throw invalid(broken.map((piece): Fault => ({ parameter: nameOf(piece), code: 'broken_encoding' })))
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
  app.addHook('preValidation', async (request) => {
    if (!request.url.includes('%')) return
    for (const values of [request.params, request.query] as Record<string, unknown>[]) {
      for (const [name, value] of Object.entries(values)) values[name] = composed(value)
    }
  })
}

function composed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(composed)
  return typeof value === 'string' ? value.normalize('NFC') : value
}
