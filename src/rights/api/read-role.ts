import type { Transaction } from '../../database/transaction.ts'
import type { Catalogue } from '../../entities/catalogue.ts'
import type { Labels } from '../../errors/language.ts'
import { type Fault, invalid } from '../../errors/problem.ts'
import { readLabels } from '../../http/labels.ts'
import { faultsOfMembers, type MembersInput, noMembers, readMembers } from '../../people/members.ts'
import type { Role } from './find-roles.ts'
import { faultsOfRole, readCells } from './read-cells.ts'
import type { RoleChange } from './request-schemas.ts'

/** A body and the faults that its schema found. */
export interface Given<Body> {
  body: Body
  faults: readonly Fault[]
}

const mostLetters = 200
const unset = { settings: false, cells: [], members: noMembers }

/** Reads a new role, or the change of a role. Throws all faults of the body. */
export async function readRole(
  trx: Transaction,
  { body, faults: found }: Given<RoleChange>,
  { catalogue }: { catalogue: Catalogue },
  before?: Role,
): Promise<Role> {
  const faults = faultsOfRole(found, body.permissions, catalogue)
  const cells = readCells(body.permissions, catalogue, faults)
  faults.push(...(await faultsOfMembers(trx, body.members, { pointer: '/members', faults })))
  if (faults.length) throw invalid(faults)
  const { name, permissions, settings, members = {} } = body
  const kept = before ?? { name: { en: '', ru: '' }, ...unset }
  return {
    name: name === undefined ? kept.name : readLabels(name, before?.name),
    settings: settings ?? kept.settings,
    cells: permissions ? cells : kept.cells,
    members: readMembers(members, kept.members),
  }
}

/** Reads the members of a role, all of them. Throws all faults of the body. */
export async function readAllMembers(
  trx: Transaction,
  { body, faults }: Given<MembersInput>,
): Promise<Role['members']> {
  const missing = await faultsOfMembers(trx, body, { pointer: '', faults })
  if (faults.length || missing.length) throw invalid([...faults, ...missing])
  return readMembers(body)
}

/** Returns the name of a copy of a role, within the length of names. */
export function copyNameOf({ en, ru }: Labels): Labels {
  const added = (name: string, note: string) => `${name.slice(0, mostLetters - note.length)}${note}`
  return { en: added(en, ' (copy)'), ru: added(ru, ' (копия)') }
}
