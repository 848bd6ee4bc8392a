import type { FastifyInstance } from 'fastify'
import { type Fault, invalid } from './problem.ts'

/** Refuses parameters whose percent-encoding is broken: they would be read to the letter, `%` and all. */
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
