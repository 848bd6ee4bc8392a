import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { EntityType } from '../entities/catalogue.ts'
import { findType, TypeParams } from '../entities/find-type.ts'
import { nearest } from '../errors/nearest.ts'
import { Problem } from '../errors/problem.ts'
import type { Field } from '../fields/field.ts'
import { answerIndex, isDryRun } from '../idempotency/once.ts'
import type { Access } from '../rights/access.ts'
import type { Grant } from '../rights/grant.ts'
import { describeOperations } from '../schema/build.ts'

/** The path of a field. */
export const FieldParams = Type.Object({
  ...TypeParams.properties,
  field: Type.String({ maxLength: 100, description: 'Code of the field.', examples: ['delivery_city'] }),
})

/** Describes an operation under the tag of types and fields. */
export const say = describeOperations('Types and fields')

/** Returns the type whose fields an administrator changes. Throws `admin_required`, `crm_unavailable`, `type_not_found`. */
export function changeableType(access: Access, code: string): EntityType {
  access.requireCrm()
  access.requireSettings()
  return findType(access.catalogue, code)
}

/** The second of two requests with one `Idempotency-Key` retries and then finds the stored response. */
export function writeOptions(request: FastifyRequest) {
  return { retryOnUnique: [answerIndex], dryRun: isDryRun(request) }
}

/** Returns a field by its code or path. Throws `field_not_found`, also when the caller may not read the field. */
export function fieldOf({ readable }: Grant, name: string): Field {
  const field = readable.get(name) ?? readable.get(`userFields.${name}`)
  if (field) return field
  const hint = nearest(
    name,
    [...readable.values()].map(({ code }) => code),
  )
  throw new Problem('field_not_found', { code: name }, { extra: hint ? { hint } : {} })
}
