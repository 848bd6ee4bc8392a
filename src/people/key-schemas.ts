import { type Static, Type } from 'typebox'
import { enumOf, nullable, ref } from '../schema/build.ts'
import { scopeOperations } from './scopes.ts'

/** A scope of a key. */
const KeyScope = Type.Object(
  {
    type: Type.String({
      minLength: 1,
      maxLength: 100,
      description: 'Code of a record type. `*` stands for all types.',
      examples: ['deal'],
    }),
    operations: Type.Array(enumOf(scopeOperations), {
      minItems: 1,
      maxItems: scopeOperations.length,
      uniqueItems: true,
      description: 'Operations that the key allows on records of the type.',
      examples: [['read', 'update']],
    }),
  },
  { $id: 'KeyScope', additionalProperties: false, description: 'Operations that a key allows on a record type.' },
)

/** The scopes of a key in a response. */
export const shownScopes = nullable(Type.Array(ref(KeyScope)), {
  description:
    'What the key allows, at most what its user may do. A key with scopes cannot administer. Null allows everything that the user may do.',
})

const key = {
  id: Type.Integer({ description: 'Id of the key.', examples: [1] }),
  userId: Type.Integer({ description: 'Id of the user in whose name the key acts.' }),
  name: Type.String({ description: 'Name that describes the purpose of the key.', examples: ['Website'] }),
  prefix: Type.String({ description: 'First characters of the key.', examples: ['kt_A1b2C'] }),
  createdBy: nullable(Type.Integer({ description: 'Id of the user who created the key. Null if the server did.' })),
  parentId: nullable(
    Type.Integer({
      description:
        'Id of the key that created this key. Revoking it also revokes this key. Null if the server created this key.',
    }),
  ),
  createdAt: Type.String({ format: 'date-time', description: 'Time when the key was created.' }),
  expiresAt: nullable(
    Type.String({ format: 'date-time', description: 'Time when the key expires. Null if it does not expire.' }),
  ),
  scopes: shownScopes,
  replacedBy: nullable(
    Type.Integer({ description: 'Id of the key that replaces this key after a rotation. Null if there is none.' }),
  ),
  lastUsedAt: nullable(
    Type.String({ format: 'date-time', description: 'Time when the key was last used, accurate to the minute.' }),
  ),
}

/** A key without its secret. */
export const ApiKey = Type.Object(key, {
  $id: 'ApiKey',
  description: 'An API key. Only its first characters are stored.',
})

/** A new key with its secret. */
export const IssuedApiKey = Type.Object(
  { ...key, key: Type.String({ description: 'The key itself. It is shown only once, so store it now.' }) },
  { $id: 'IssuedApiKey', description: 'A new API key.' },
)

/** The body that creates a key. */
export const NewApiKey = Type.Object(
  {
    name: Type.String({
      minLength: 1,
      maxLength: 100,
      pattern: '\\S',
      description: 'Name that describes the purpose of the key.',
    }),
    userId: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: Number.MAX_SAFE_INTEGER,
        description:
          'Id of the user in whose name the key acts. Default: the caller. Only administrators can name another user.',
      }),
    ),
    expiresAt: Type.Optional(
      nullable(Type.String({ format: 'date-time' }), {
        description:
          'Time when the key expires. Default: the expiry time of the key that creates it, which is also the latest possible time.',
      }),
    ),
    scopes: Type.Optional(
      nullable(Type.Array(ref(KeyScope), { minItems: 1, maxItems: 100 }), {
        description:
          'What the key allows. Null allows everything that its user may do. Default: the scopes of the key that creates it, which are also the most possible.',
      }),
    ),
    readOnly: Type.Optional(
      Type.Boolean({ description: 'Short form of `scopes` that allows reading only. Use one or the other.' }),
    ),
  },
  {
    $id: 'NewApiKey',
    additionalProperties: false,
    examples: [{ name: 'Website' }, { name: 'Shop', scopes: [{ type: 'deal', operations: ['read', 'add'] }] }],
  },
)

/** The body that rotates a key. */
export const KeyRotation = Type.Object(
  {
    overlapHours: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 168,
        description: 'Number of hours for which the old key still works. Default: 24.',
      }),
    ),
  },
  {
    $id: 'KeyRotation',
    additionalProperties: false,
    description: 'How a key is replaced.',
    examples: [{ overlapHours: 48 }],
  },
)

/** A key without its secret. */
export type ApiKey = Static<typeof ApiKey>
/** The body that creates a key. */
export type NewApiKey = Static<typeof NewApiKey>

/** Schemas of the key routes. */
export const keySchemas = [KeyScope, ApiKey, NewApiKey, KeyRotation, IssuedApiKey]
