import { internalWords } from '../schema/build.ts'
import type { Components } from './api-document.ts'

const internal: ReadonlySet<string> = new Set(internalWords)

const prefix = '#/components/schemas/'

/** Returns a schema in the form of an API document: references are addresses, and no schema names itself. */
export function toComponent(schema: object): object {
  const component: Record<string, unknown> = {}
  for (const [word, value] of Object.entries(schema)) {
    if (word === '$id' || internal.has(word) || value === undefined) continue
    if (word === '$ref' && !String(value).startsWith('#')) component.$ref = prefix + value
    // The names of members can be words of JSON Schema: a user field can have the code `const`.
    else if (word === 'properties') component.properties = mapMembers(value as object, toComponent)
    else component[word] = toPart(value)
  }
  return withCommonWords(withSeveralAlternatives(component))
}

function toPart(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toPart)
  return typeof value === 'object' && value !== null ? toComponent(value) : value
}

function mapMembers(members: object, change: (member: object) => object): object {
  return Object.fromEntries(Object.entries(members).map(([name, member]) => [name, change(member as object)]))
}

/** Replaces `const` and `patternProperties`, which some generators do not know, as in the document of all instances. */
function withCommonWords(schema: { const?: unknown; patternProperties?: object }): object {
  const { const: only, patternProperties, ...rest } = schema
  return {
    ...rest,
    ...(only !== undefined && { enum: [only] }),
    ...(patternProperties && { additionalProperties: Object.values(patternProperties)[0] }),
  }
}

/** Returns the schema itself instead of a list of one alternative. Without alternatives, no value is valid. */
function withSeveralAlternatives(schema: { anyOf?: object[] }): object {
  const { anyOf, ...rest } = schema
  if (anyOf?.length === 0) return { ...rest, not: {} }
  return anyOf?.length === 1 ? { ...anyOf[0], ...rest } : schema
}

/** Returns the schemas to which parts of a document lead, directly or through others. */
export function reachable(schemas: Components, parts: readonly object[]): Components {
  const names = new Set<string>()
  const follow = (from: object): void => {
    for (const name of namesIn(from)) {
      if (names.has(name) || !schemas[name]) continue
      names.add(name)
      follow(schemas[name])
    }
  }
  parts.forEach(follow)
  return Object.fromEntries(Object.entries(schemas).filter(([name]) => names.has(name)))
}

const known = new WeakMap<object, readonly string[]>()

/** Returns the names to which a part refers. Documents share most of their parts. */
function namesIn(part: object): readonly string[] {
  const names =
    known.get(part) ??
    [...JSON.stringify(part).matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name = '']) => name)
  known.set(part, names)
  return names
}

/**
 * Returns a schema without what refers to these names: members of objects and alternatives. Returns undefined if
 * nothing is left.
 */
export function withoutNames<T>(part: T, names: ReadonlySet<string>): T | undefined {
  return cut(part, names) as T | undefined
}

function cut(part: unknown, names: ReadonlySet<string>): unknown {
  if (Array.isArray(part)) return part.map((item) => cut(item, names)).filter((item) => item !== undefined)
  if (typeof part !== 'object' || part === null) return part
  const { $ref, ...rest } = part as { $ref?: string }
  if ($ref !== undefined) return names.has($ref.slice(prefix.length)) ? undefined : part
  const kept: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(rest)) {
    const left = key === 'properties' ? cutMembers(value as object, names) : cut(value, names)
    if (left === undefined || (key === 'anyOf' && isNothing(left as object[]))) return
    kept[key] = left
  }
  if (kept.properties && kept.required) {
    kept.required = (kept.required as string[]).filter((name) => name in (kept.properties as object))
  }
  return withSeveralAlternatives(kept)
}

function cutMembers(members: object, names: ReadonlySet<string>): object {
  const left = Object.entries(members).map(([name, member]) => [name, cut(member, names)] as const)
  return Object.fromEntries(left.filter(([, member]) => member !== undefined))
}

/** Returns whether the alternatives allow nothing but null. */
function isNothing(alternatives: readonly { type?: unknown }[]): boolean {
  return alternatives.every(({ type }) => type === 'null')
}
