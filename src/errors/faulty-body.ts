import type { FastifyRequest } from 'fastify'
import { type Fault, Problem } from './problem.ts'

/**
 * The members of a body that its schema lets pass, and the faults of the others, for routes with `attachValidation`:
 * what only the handler can tell is told together with these. Throws what stands elsewhere than in a member.
 */
export function membersOf<T extends object>(
  request: Pick<FastifyRequest, 'validationError'> & { body: T },
): { body: T; faults: readonly Fault[] } {
  const { validationError: error, body } = request
  if (!error) return { body, faults: [] }
  const faults = error instanceof Problem ? error.faults : []
  const wrong = new Set(faults.map(({ pointer }) => memberAt(pointer)))
  if (!faults.length || wrong.has(undefined)) throw error
  // Without the members that are at fault it is what the schema promises.
  return { body: Object.fromEntries(Object.entries(body).filter(([name]) => !wrong.has(name))) as T, faults }
}

function memberAt(pointer: string | undefined): string | undefined {
  return pointer?.split('/')[1]?.replaceAll('~1', '/').replaceAll('~0', '~')
}
