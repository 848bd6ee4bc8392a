import { sql } from 'kysely'
import { nearest } from '../../errors/nearest.ts'
import type { FieldsByPath } from '../../fields/field.ts'
import type { Hop, Target } from '../../fields/kind.ts'
import { isInRows, kindOf } from '../../fields/kinds/kinds.ts'
import { ownTargets, type Targets, targetsOf } from '../../filters/resolve.ts'
import type { Grant } from '../../rights/grant.ts'
import { recordsAt } from './record-query.ts'

/** Returns the links from records of the grant's type to other records, through the fields that the caller sees. */
export function hopsOf({ readable }: Grant): Hop[] {
  return [...readable.values()].flatMap((field) => kindOf(field).hops?.(field) ?? [])
}

/**
 * Returns the fields that a filter may name: fields of the type, and fields of linked records as `link.field`. Hidden
 * fields are excluded. A condition on a link ignores linked records that the caller may not read.
 */
export function targetsFor(grant: Grant): Targets {
  const own = ownTargets(grant.readable, grant.type)
  const hopOf = (path: string) => hopsOf(grant).find(({ name }) => path.startsWith(`${name}.`))
  return {
    get(path) {
      const target = own.get(path)
      if (target || !path.includes('.')) return target
      const hop = hopOf(path)
      return hop && linkedTarget(grant, hop, path.slice(hop.name.length + 1))
    },
    parts(path) {
      const parts = own.parts(path)
      const hop = parts.length ? undefined : hopOf(path)
      if (!hop) return parts
      return targetsAt(grant, hop)
        .parts(path.slice(hop.name.length + 1))
        .map((part) => `${hop.name}.${part}`)
    },
    hint: (path) => linkedHint(grant, path) ?? own.hint(path),
    missingFeature(path) {
      const hop = hopOf(path)
      return hop ? targetsAt(grant, hop).missingFeature(path.slice(hop.name.length + 1)) : own.missingFeature(path)
    },
  }
}

/** Suggests only fields over the same link, because similar names over other links are a coincidence. */
function linkedHint(grant: Grant, path: string): string | undefined {
  const [link = '', ...rest] = path.split('.')
  const hop = nearestHop(hopsOf(grant), link)
  const inner = hop && targetsAt(grant, hop).hint(rest.join('.'))
  return inner && `${hop.name}.${inner}`
}

/** Returns the link that the caller probably meant, by a similar name or by the type of the linked records. */
export function nearestHop(hops: readonly Hop[], name: string): Hop | undefined {
  const found = nearest(
    name,
    hops.map((hop) => hop.name),
  )
  return hops.find((hop) => hop.name === found) ?? hops.find(({ to }) => to === name)
}

function targetsAt(grant: Grant, { to }: Hop): Targets {
  return ownTargets(fieldsAt(grant, to), to === 'user' ? undefined : grant.of(to).type)
}

function linkedTarget(grant: Grant, { field, name, to, leadsTo }: Hop, path: string): Target | undefined {
  const target = targetsOf(fieldsAt(grant, to)).get(path)
  if (!target) return
  const typeId = to === 'user' ? 0 : grant.of(to).type.id
  return {
    ...target,
    path: `${name}.${path}`,
    sortable: false,
    ...(target.currency !== undefined && { currency: `${name}.${target.currency}` }),
    link: {
      name,
      isIndexed: field.indexed ?? isInRows(field, 'link'),
      isFew: to === 'user',
      // Inside, `record` is the linked one, as all its conditions have it.
      through: (condition) => leadsTo(recordsAt(grant, to).and(condition).select(sql`record.id`), typeId),
    },
  }
}

/** Returns the fields of linked records, or of users, that the caller sees, by the end of a link. */
export function fieldsAt(grant: Grant, to: string): FieldsByPath {
  return to === 'user' ? grant.users : grant.of(to).readable
}
