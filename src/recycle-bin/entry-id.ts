import type { EntityType } from '../entities/catalogue.ts'
import { Problem } from '../errors/problem.ts'
import type { Access } from '../rights/access.ts'

/** Returns the id of a record among all types, such as `D_17`. */
export function entryId(type: Pick<EntityType, 'prefix'>, id: number): string {
  return `${type.prefix}_${id}`
}

/** The pattern of an entry id. */
export const entryIdForm = '^[A-Z][A-Za-z0-9]{0,15}_[1-9][0-9]{0,14}$'

/** Reads the type and record id in an entry id. Throws `not_in_recycle_bin` for an unknown type, `crm_unavailable`. */
export function readEntryId({ catalogue, requireCrm }: Access, text: string): { type: EntityType; id: number } {
  requireCrm()
  const [prefix, id] = text.split('_')
  const type = [...catalogue.types.values()].find((one) => one.prefix === prefix)
  if (!type) throw new Problem('not_in_recycle_bin', { id: text })
  return { type, id: Number(id) }
}

/** Returns the problem of a record that is not in the recycle bin, or that the caller may not read there. */
export function notInBin(type: Pick<EntityType, 'prefix'>, id: number): Problem {
  return new Problem('not_in_recycle_bin', { id: entryId(type, id) })
}
