import Type from 'typebox'
import { nearest } from '../errors/nearest.ts'
import { Problem } from '../errors/problem.ts'
import type { Catalogue, EntityType } from './catalogue.ts'

/** The path parameter that names a record type. */
export const TypeParams = Type.Object({
  code: Type.String({ maxLength: 100, description: 'Code of the record type.', examples: ['deal'] }),
})

/** Returns the type with this code. Throws `type_not_found` with the nearest code as a hint. */
export function findType({ types }: Catalogue, code: string): EntityType {
  const type = types.get(code)
  if (type) return type
  const hint = nearest(code, types.keys())
  throw new Problem('type_not_found', { code }, { extra: hint === undefined ? {} : { hint } })
}
