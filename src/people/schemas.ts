import { type Static, Type } from 'typebox'
import { enumOf, nullable } from '../schema/build.ts'
import { keySchemas, shownScopes } from './key-schemas.ts'
import { mostMemberships } from './memberships.ts'

/** The languages of responses. */
export const languages = ['en', 'ru'] as const

const name = {
  firstName: nullable(Type.String({ maxLength: 100 }), { description: 'First name.', examples: ['Anna'] }),
  lastName: nullable(Type.String({ maxLength: 100 }), { description: 'Last name.', examples: ['Orlova'] }),
}
const active = Type.Boolean({ description: 'Whether the user is active. The keys of an inactive user are rejected.' })

const idsOf = (description: string) =>
  Type.Array(Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }), {
    maxItems: mostMemberships,
    uniqueItems: true,
    description,
  })

/** Fields that only administrators and the users themselves see. */
const details = {
  email: nullable(Type.String({ format: 'idn-email', maxLength: 254 }), {
    description: 'E-mail address. It must be unique.',
    examples: ['anna@example.com'],
  }),
  isAdmin: Type.Boolean({ description: 'Whether the user is an administrator, who has all rights.' }),
  departmentIds: idsOf("Ids of the user's departments."),
  groupIds: idsOf("Ids of the user's groups."),
  language: nullable(enumOf(languages), {
    description: 'Language of responses. Null for the language of the instance.',
  }),
  timeZone: nullable(Type.String({ maxLength: 60 }), {
    description: 'Time zone of dates. Null for the time zone of the instance.',
    examples: ['Europe/Moscow'],
  }),
}

const id = Type.Integer({ description: 'Id of the user.', examples: [1] })

/** A user in a response: administrators see all fields, others only the name. */
export const User = Type.Object(
  { id, ...name, active, ...Type.Partial(Type.Object(details)).properties },
  {
    $id: 'User',
    description: 'A user. Administrators see all fields; others see `id`, `firstName`, `lastName` and `active`.',
  },
)

/** A user with all fields. */
export const UserDetails = Type.Object(
  { id, ...name, active, ...details },
  { $id: 'UserDetails', description: 'A user with all fields.' },
)

const writable = Type.Partial(Type.Object({ ...name, active, ...details })).properties

/** The body that creates a user. */
export const NewUser = Type.Object(writable, {
  $id: 'NewUser',
  description: 'A new user. `firstName` or `lastName` is required.',
  additionalProperties: false,
  examples: [{ firstName: 'Anna', lastName: 'Orlova', email: 'anna@example.com', timeZone: 'Europe/Moscow' }],
})

/** The body that changes a user. */
export const UserChange = Type.Object(writable, {
  $id: 'UserChange',
  description: 'Fields to change. Absent fields keep their values. Null clears a field.',
  additionalProperties: false,
  minProperties: 1,
  examples: [{ lastName: 'Petrova', language: 'ru' }],
})

const crmHidden = Type.Boolean({
  description: 'Whether the user hides the CRM in the menu. It is stored for frontends and refuses nothing.',
})

/** The body with which users change themselves. */
export const MeChange = Type.Partial(
  Type.Object({ language: details.language, timeZone: details.timeZone, crmHidden }),
  {
    $id: 'MeChange',
    description: 'Fields to change. Absent fields keep their values. Null clears a field.',
    additionalProperties: false,
    minProperties: 1,
    examples: [{ language: 'ru', timeZone: 'Europe/Moscow', crmHidden: true }],
  },
)

/** The caller and the key of the request. */
export const Me = Type.Object(
  {
    id,
    ...name,
    active,
    ...details,
    language: enumOf(languages, { description: "The caller's language: that of the user, else that of the instance." }),
    timeZone: Type.String({ description: "The caller's time zone: that of the user, else that of the instance." }),
    crmHidden,
    key: Type.Object(
      {
        id: Type.Integer({ description: 'Id of the key.' }),
        name: Type.String({ description: 'Name that describes the purpose of the key.' }),
        prefix: Type.String({ description: 'First characters of the key.', examples: ['kt_A1b2C'] }),
        expiresAt: nullable(
          Type.String({ format: 'date-time', description: 'Time when the key expires. Null if it does not expire.' }),
        ),
        scopes: shownScopes,
      },
      { description: 'The key of the request.' },
    ),
  },
  { $id: 'Me', description: 'The user and the key of the request.' },
)

/** A user in a response. */
export type User = Static<typeof User>
/** A user with all fields. */
export type UserDetails = Static<typeof UserDetails>
/** The fields of a user that requests can set. */
export type NewUser = Static<typeof NewUser>
/** What users can change about themselves. */
export type MeChange = Static<typeof MeChange>

/** Schemas of the routes of people. */
export const peopleSchemas = [User, UserDetails, NewUser, UserChange, Me, MeChange, ...keySchemas]
