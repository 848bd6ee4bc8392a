import Type, { type TSchema } from 'typebox'
import { documentedOnly } from '../../schema/build.ts'
import type { Kind } from '../kind.ts'
import type { Value } from '../value.ts'
import { mostColumnValues } from './column-kinds.ts'
import { plainField } from './composite-kind.ts'
import { kinds } from './kinds.ts'

const all = Object.values<Kind>(kinds)

/** A value of any field. */
export const FieldValue = Type.Unsafe<Value>({
  ...documentedOnly,
  $id: 'FieldValue',
  anyOf: different(all.flatMap((kind) => formsOf(kind.schema(plainField), kind.user !== 'single'))),
  description: 'Value of a field. The type depends on the kind of the field. A list if the field holds several values.',
})

const byUsers = all.filter(({ user }) => user)

/** A value of a user field. */
export const UserFieldValue = Type.Unsafe<Value>({
  $id: 'UserFieldValue',
  anyOf: different(byUsers.flatMap((kind) => formsOf(kind.schema(plainField), kind.user === 'multiple'))),
  description:
    'Value of a user field. The type depends on the kind of the field. A list if the field holds several values.',
})

/** A value of a user field in a request. */
export const UserFieldInput = Type.Unsafe<Value>({
  $id: 'UserFieldInput',
  anyOf: different(byUsers.flatMap((kind) => formsOf(kind.input(plainField), kind.user === 'multiple'))),
  description:
    'New value of a user field. The type depends on the kind of the field. A list if the field holds several values.',
})

/** Returns the bare type, since limits differ by field, and a list of it. */
function formsOf(schema: TSchema & { type?: unknown; anyOf?: TSchema[] }, multiple: boolean): object[] {
  const one = schema.anyOf?.[0] ?? schema
  if ('$ref' in one) return multiple ? [one, listOf(one)] : [one]
  const { type, items, maxItems } = one as { type?: string; items?: object; maxItems?: number }
  if (items) return [{ type, items, ...(maxItems && { maxItems }) }]
  return multiple ? [{ type }, listOf({ type })] : [{ type }]
}

function listOf(items: object): object {
  return { type: 'array', items, maxItems: mostColumnValues }
}

function different(schemas: object[]): object[] {
  return [...new Map([...schemas, { type: 'null' }].map((schema) => [JSON.stringify(schema), schema])).values()]
}
