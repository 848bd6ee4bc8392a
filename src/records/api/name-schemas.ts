import Type, { type TSchema } from 'typebox'
import type { SystemType } from '../../entities/types.ts'
import type { FieldsByPath } from '../../fields/field.ts'
import type { Hop, Target } from '../../fields/kind.ts'
import { kindOf } from '../../fields/kinds/kinds.ts'
import { targetsOf } from '../../filters/resolve.ts'
import { userProperties } from '../../rights/user-properties.ts'
import { enumOf } from '../../schema/build.ts'
import { givenOrder } from '../query/given-order.ts'
import { partsOf } from '../query/value-parts.ts'
import { nameOf } from './field-properties.ts'
import { type DescribedType, knownFields } from './user-field-schemas.ts'

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

/**
 * Returns the schemas of field names, for each type and use. User fields (custom fields) that are not known match by
 * their prefix.
 */
export function nameSchemas(types: readonly DescribedType[], people: FieldsByPath = userProperties(true)): TSchema[] {
  const pathsOf = new Map([['user', people], ...types.map((type) => [type.code, pathsIn(type)] as const)])
  const isOpen = new Set(types.flatMap(({ code, userFields }) => (userFields ? [] : [code])))
  return types.flatMap((type) => {
    const own = pathsOf.get(type.code)!
    const hops = [...own.values()]
      .flatMap((field) => kindOf(field).hops?.(field) ?? [])
      .filter(({ to }) => pathsOf.has(to))
    const prefixes = (...names: string[]) => (isOpen.has(type.code) ? names : [])
    const named = (use: NameUse, names: readonly string[], starts: readonly string[], description: string) =>
      Type.Unsafe<string>({
        $id: `${nameOf(type.code)}${nameUses[use]}Name`,
        ...(type.isAny ? Type.String({ maxLength: 500 }) : oneOf(names, starts)),
        description,
      })
    const targets = [...targetsOf(own).values()]
    const sortable = pathsWith(targets, ({ sortable }) => sortable)
    const over = hops.map((hop) => [hop, pathsOf.get(hop.to)!] as const)
    const beyond = hops.flatMap(({ name, to }) => (isOpen.has(to) ? [`${name}.userFields.`] : []))
    return [
      named(
        'fields',
        [...new Set([...withParts(own), 'userFields', ...over.flatMap(returned)])],
        [...prefixes('userFields.'), ...beyond],
        'A field to return: of the record, a part of one, or of a linked record as `link.field`.',
      ),
      named(
        'conditions',
        [...pathsWith(targets), ...over.flatMap(linked)],
        [...prefixes('userFields.'), ...beyond],
        'A field to filter by.',
      ),
      named(
        'sort',
        [...sortable, ...sortable.map((path) => `-${path}`), givenOrder],
        prefixes('userFields.', '-userFields.'),
        'A field to sort by. Prefix with `-` for descending order.',
      ),
      named(
        'facets',
        pathsWith(targets, ({ scalar }) => scalar.countable === true),
        prefixes('userFields.'),
        'A field to count values of.',
      ),
      named(
        'expand',
        hops.map(({ name }) => name),
        prefixes('userFields.'),
        'A link whose records are returned as well.',
      ),
    ]
  })
}

function pathsIn(type: DescribedType): FieldsByPath {
  return new Map(knownFields(type).map((field) => [field.path, field]))
}

function oneOf(names: readonly string[], starts: readonly string[]): object {
  // Some generators read the type of each part and treat a part without one as `any`.
  return starts.length ? { anyOf: [enumOf(names), ...starts.map(beginning)] } : enumOf(names)
}

function pathsWith(targets: readonly Target[], has: (target: Target) => boolean = () => true): string[] {
  return targets.filter(has).map(({ path }) => path)
}

function linked([{ name }, fields]: readonly [Hop, FieldsByPath]): string[] {
  return [...targetsOf(fields).keys()].map((path) => `${name}.${path}`)
}

/** Returns the paths of fields and of the parts of their values. */
function withParts(fields: FieldsByPath): string[] {
  return [...fields].flatMap(([path, field]) => [path, ...partsOf(field).map((part) => `${path}.${part}`)])
}

function returned([{ name }, fields]: readonly [Hop, FieldsByPath]): string[] {
  return withParts(fields).map((path) => `${name}.${path}`)
}

function beginning(text: string): object {
  return { type: 'string', pattern: `^${text.replaceAll('.', '\\.')}` }
}
