import type { EntityType } from '../entities/catalogue.ts'
import { Problem } from '../errors/problem.ts'
import type { Access } from '../rights/access.ts'

/** How a record is named where records of all types are together: `D_17`, as in files for programs. */
export function entryId(type: Pick<EntityType, 'prefix'>, id: number): string {
  return `${type.prefix}_${id}`
}

/** The form of these names. */
export const entryIdForm = '^[A-Z][A-Za-z0-9]{0,15}_[1-9][0-9]{0,14}$'

/** The type and the id of a record that is named so. Throws not_in_recycle_bin for an unknown type, crm_unavailable. */
export function readEntryId({ catalogue, requireCrm }: Access, text: string): { type: EntityType; id: number } {
  requireCrm()
  const [prefix, id] = text.split('_')
  const type = [...catalogue.types.values()].find((one) => one.prefix === prefix)
  if (!type) throw new Problem('not_in_recycle_bin', { id: text })
  return { type, id: Number(id) }
}

/** The answer to a record that is not in the bin, or not for this caller. */
export function notInBin(type: Pick<EntityType, 'prefix'>, id: number): Problem {
  return new Problem('not_in_recycle_bin', { id: entryId(type, id) })
}
