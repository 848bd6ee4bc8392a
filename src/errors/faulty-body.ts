import type { FastifyRequest } from 'fastify'
import { isWithin, keysOf } from './json-pointer.ts'
import { type Fault, maxFaults, Problem } from './problem.ts'

/** The members of a body that match its schema, and the faults of the others. */
export interface ValidMembers<Body> {
  body: Body
  faults: readonly Fault[]
}

/**
 * Returns the members of a body that match its schema, and the faults of the others. For routes with
 * `attachValidation`, whose handlers add their own faults to these. `lists` keep their invalid items, which the handler
 * leaves out with `soundness`. Throws the validation error when a fault is not in a member.
 */
export function validMembers<T extends object>(
  request: Pick<FastifyRequest, 'validationError'> & { body: T },
  lists: readonly string[] = [],
): ValidMembers<T> {
  const { body, validationError } = request
  return withoutInvalid(body, validationError, ({ pointer = '' }) => {
    const [member, item] = keysOf(pointer)
    return member !== undefined && item !== undefined && lists.includes(member) ? null : member
  })
}

/** The same for the parameters of a URL. */
export function validParameters<T extends object>(
  request: Pick<FastifyRequest, 'validationError'> & { query: T },
): ValidMembers<T> {
  return withoutInvalid(request.query, request.validationError, ({ parameter }) => parameter)
}

/** `nameOf` returns the member to leave out: null for none, undefined if the fault is elsewhere. */
function withoutInvalid<T extends object>(
  body: T,
  error: Error | undefined,
  nameOf: (fault: Fault) => string | null | undefined,
): ValidMembers<T> {
  if (!error) return { body, faults: [] }
  const faults = error instanceof Problem ? error.faults : []
  const wrong = new Set(faults.map(nameOf))
  // The faults beyond the most are unknown.
  if (!faults.length || faults.length >= maxFaults || wrong.has(undefined)) throw error
  // Without the invalid members the body matches its schema.
  return { body: Object.fromEntries(Object.entries(body).filter(([name]) => !wrong.has(name))) as T, faults }
}

/**
 * Returns the faults of a list in a body, for routes with `attachValidation` whose handlers check the valid items. Throws
 * the validation error when a fault is not in an item.
 */
export function faultsOfItems({ validationError: error }: Pick<FastifyRequest, 'validationError'>, list: string) {
  if (!error) return []
  const faults = error instanceof Problem ? error.faults : []
  if (!faults.length || faults.some(({ pointer = '' }) => !pointer.startsWith(`${list}/`))) throw error
  return faults
}

/**
 * Returns a function that says whether the value at a JSON pointer matches its schema. With it a handler checks the
 * valid parts of a member whose other parts have these faults.
 */
export function soundness(faults: readonly Fault[]): (pointer: string) => boolean {
  // The faults beyond the most are unknown.
  if (faults.length >= maxFaults) return () => false
  const places = faults.map(({ pointer = '' }) => pointer)
  return (pointer) => !places.some((place) => isWithin(place, pointer) || isWithin(pointer, place))
}
