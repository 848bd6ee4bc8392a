import Type, { type TSchema } from 'typebox'
import type { SystemType } from '../../entities/types.ts'
import type { FieldsByPath } from '../../fields/field.ts'
import type { Hop, Target } from '../../fields/kind.ts'
import { kindOf } from '../../fields/kinds/kinds.ts'
import { targetsOf } from '../../filters/resolve.ts'
import { userProperties } from '../../rights/user-properties.ts'
import { enumOf } from '../../schema/build.ts'
import { nameOf } from './schemas.ts'

/** The uses of field names, each with the part of a schema name that stands for it. */
export const nameUses = {
  fields: 'Field',
  conditions: 'Condition',
  sort: 'Sort',
  facets: 'Facet',
  expand: 'Link',
} as const
/** A use of field names. */
export type NameUse = keyof typeof nameUses

/** Returns a reference to the field names of a type for one use. */
export function namesRef(type: SystemType, use: NameUse): TSchema {
  return Type.Ref(`${nameOf(type.code)}${nameUses[use]}Name`)
}

/** Returns the schemas of field names, for each type and use. User fields (custom fields) match by their prefix. */
export function nameSchemas(types: readonly SystemType[]): TSchema[] {
  const pathsOf = new Map(types.map(({ code, fields }) => [code, new Map(fields.map((field) => [field.path, field]))]))
  const people = userProperties(true)
  return types.flatMap((type) => {
    const own = pathsOf.get(type.code)!
    const hops = type.fields.flatMap((field) => kindOf(field).hop?.(field) ?? [])
    const named = (use: NameUse, names: readonly string[], starts: readonly string[], description: string) =>
      Type.Unsafe<string>({
        $id: `${nameOf(type.code)}${nameUses[use]}Name`,
        // Some generators read the type of each part and treat a part without one as `any`.
        ...(starts.length ? { anyOf: [enumOf(names), ...starts.map(beginning)] } : enumOf(names)),
        description,
      })
    const targets = [...targetsOf(own).values()]
    const sortable = pathsWith(targets, ({ sortable }) => sortable)
    const over = hops.map((hop) => [hop, pathsOf.get(hop.to) ?? people] as const)
    return [
      named('fields', [...own.keys(), 'userFields'], ['userFields.'], 'A field to return.'),
      named('conditions', [...pathsWith(targets), ...over.flatMap(linked)], startsOf(over), 'A field to filter by.'),
      named(
        'sort',
        [...sortable, ...sortable.map((path) => `-${path}`)],
        ['userFields.', '-userFields.'],
        'A field to sort by. Prefix with `-` for descending order.',
      ),
      named(
        'facets',
        pathsWith(targets, ({ scalar }) => scalar.countable === true),
        ['userFields.'],
        'A field to count values of.',
      ),
      named(
        'expand',
        hops.map(({ name }) => name),
        [],
        'A link whose records are returned as well.',
      ),
    ]
  })
}

function pathsWith(targets: readonly Target[], has: (target: Target) => boolean = () => true): string[] {
  return targets.filter(has).map(({ path }) => path)
}

function linked([{ name }, fields]: readonly [Hop, FieldsByPath]): string[] {
  return [...targetsOf(fields).keys()].map((path) => `${name}.${path}`)
}

function startsOf(over: readonly (readonly [Hop, FieldsByPath])[]): string[] {
  return ['userFields.', ...over.flatMap(([{ name, to }]) => (to === 'user' ? [] : [`${name}.userFields.`]))]
}

function beginning(text: string): object {
  return { type: 'string', pattern: `^${text.replaceAll('.', '\\.')}` }
}
