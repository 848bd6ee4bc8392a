import { type Static, Type } from 'typebox'
import { listOf } from '../http/lists.ts'
import { enumOf, nullable } from '../schema/build.ts'

const languages = ['en', 'ru'] as const

const name = {
  firstName: nullable(Type.String({ maxLength: 100 }), { description: 'First name.', examples: ['Anna'] }),
  lastName: nullable(Type.String({ maxLength: 100 }), { description: 'Last name.', examples: ['Orlova'] }),
}
const active = Type.Boolean({ description: 'Whether the keys of the user hold.' })

/** What only administrators, and users themselves, see. */
const details = {
  email: nullable(Type.String({ format: 'idn-email', maxLength: 254 }), {
    description: 'E-mail address; every user has another one.',
    examples: ['anna@example.com'],
  }),
  isAdmin: Type.Boolean({ description: 'Whether the user may do everything.' }),
  departmentIds: Type.Array(Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }), {
    maxItems: 100,
    uniqueItems: true,
    description: 'Departments the user belongs to.',
  }),
  language: nullable(enumOf(languages), { description: 'Language of answers; that of the instance when null.' }),
  timeZone: nullable(Type.String({ maxLength: 60 }), {
    description: 'Zone in which days are understood; that of the instance when null.',
    examples: ['Europe/Moscow'],
  }),
}

const id = Type.Integer({ description: 'Id of the user.', examples: [1] })

/** A user as it is answered: whole to administrators, by name to others. */
export const User = Type.Object(
  { id, ...name, active, ...Type.Partial(Type.Object(details)).properties },
  {
    $id: 'User',
    description: 'A user. Administrators see all of it, others the id, the name and whether it is active.',
  },
)

/** A user as administrators see it. */
export const UserDetails = Type.Object(
  { id, ...name, active, ...details },
  { $id: 'UserDetails', description: 'A user with all that is known of it.' },
)

const writable = Type.Partial(Type.Object({ ...name, active, ...details })).properties

/** A user to be made. */
export const NewUser = Type.Object(writable, {
  $id: 'NewUser',
  description: 'A new user. A first or a last name is required.',
  additionalProperties: false,
  examples: [{ firstName: 'Anna', lastName: 'Orlova', email: 'anna@example.com', timeZone: 'Europe/Moscow' }],
})

/** What of a user is to change. */
export const UserChange = Type.Object(writable, {
  $id: 'UserChange',
  description: 'What to change: absent stays, null clears.',
  additionalProperties: false,
  minProperties: 1,
  examples: [{ lastName: 'Petrova', language: 'ru' }],
})

/** The caller and the key that the request came with. */
export const Me = Type.Object(
  {
    id,
    ...name,
    active,
    ...details,
    language: enumOf(languages, { description: "The caller's language: the user's own, else that of the instance." }),
    timeZone: Type.String({ description: "The caller's zone: the user's own, else that of the instance." }),
    key: Type.Object(
      {
        id: Type.Integer({ description: 'Id of the key.' }),
        name: Type.String({ description: 'What the key is for.' }),
        prefix: Type.String({ description: 'How the key begins.', examples: ['kt_A1b2C'] }),
        expiresAt: nullable(Type.String({ format: 'date-time', description: 'When it ends; null when it does not.' })),
      },
      { description: 'The key of this request.' },
    ),
  },
  { $id: 'Me', description: 'Who calls.' },
)

const key = {
  id: Type.Integer({ description: 'Id of the key.', examples: [1] }),
  userId: Type.Integer({ description: 'User in whose name the key acts.' }),
  name: Type.String({ description: 'What the key is for.', examples: ['Website'] }),
  prefix: Type.String({ description: 'How the key begins.', examples: ['kt_A1b2C'] }),
  createdBy: nullable(Type.Integer({ description: 'Who made it; null when the server did.' })),
  parentId: nullable(
    Type.Integer({ description: 'The key it was made with, and with which it ends; null when the server made it.' }),
  ),
  createdAt: Type.String({ format: 'date-time', description: 'When it was made.' }),
  expiresAt: nullable(Type.String({ format: 'date-time', description: 'When it ends; null when it does not.' })),
  lastUsedAt: nullable(Type.String({ format: 'date-time', description: 'When it was last used, to the minute.' })),
}

/** A key as it is listed, without the key itself. */
export const ApiKey = Type.Object(key, {
  $id: 'ApiKey',
  description: 'An API key, of which only the beginning is kept.',
})

/** A key just made, with the key itself. */
export const IssuedApiKey = Type.Object(
  { ...key, key: Type.String({ description: 'The key itself. It is shown this once.' }) },
  { $id: 'IssuedApiKey', description: 'A new API key.' },
)

/** A key to be made. */
export const NewApiKey = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 100, pattern: '\\S', description: 'What the key is for.' }),
    userId: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: Number.MAX_SAFE_INTEGER,
        description: 'User in whose name it acts; the caller when left out. Others only for administrators.',
      }),
    ),
    expiresAt: Type.Optional(
      nullable(Type.String({ format: 'date-time' }), {
        description:
          'When it ends; when left out, with the key that makes it. A key cannot outlive the key that makes it.',
      }),
    ),
  },
  { $id: 'NewApiKey', additionalProperties: false, examples: [{ name: 'Website' }] },
)

/** A page of users. */
export const UserList = listOf(User, 'UserList')
/** A page of keys. */
export const ApiKeyList = listOf(ApiKey, 'ApiKeyList')

/** A user as it is answered. */
export type User = Static<typeof User>
/** A user as administrators see it. */
export type UserDetails = Static<typeof UserDetails>
/** What requests may set of a user. */
export type NewUser = Static<typeof NewUser>
/** A key as it is listed. */
export type ApiKey = Static<typeof ApiKey>
/** A key to be made. */
export type NewApiKey = Static<typeof NewApiKey>

/** The schemas that routes about people refer to. */
export const peopleSchemas = [
  User,
  UserDetails,
  NewUser,
  UserChange,
  UserList,
  Me,
  ApiKey,
  NewApiKey,
  IssuedApiKey,
  ApiKeyList,
]
