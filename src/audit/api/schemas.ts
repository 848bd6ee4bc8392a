import { Type } from 'typebox'
import { pageQuery } from '../../http/id-page.ts'
import { listOf } from '../../http/lists.ts'
import { enumOf, noSpaces, nullable } from '../../schema/build.ts'
import { auditEvents } from '../events.ts'

const instant = (description: string) => Type.Optional(Type.String({ ...noSpaces, format: 'date-time', description }))
const text = (description: string) => Type.String({ description })

/** The query of the audit log. */
export const AuditQuery = Type.Object(
  {
    event: Type.Optional(enumOf(auditEvents, { description: 'Only entries of this event.' })),
    userId: Type.Optional(
      Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER, description: 'Only entries of this user.' }),
    ),
    from: instant('Only entries of this time or later.'),
    to: instant('Only entries of this time or earlier.'),
    ...pageQuery,
  },
  { additionalProperties: false },
)

/** An entry of the audit log. */
const AuditEntry = Type.Object(
  {
    id: Type.Integer({ description: 'Id of the entry.' }),
    at: Type.String({ format: 'date-time', description: 'Time of the event. Of repeated refusals, the first time.' }),
    event: enumOf(auditEvents, {
      description:
        '`refused` is a response 403, or 401 to a key that exists or existed. `exported` is an export. The others are changes of rights and settings.',
    }),
    userId: Type.Integer({ description: 'Id of the user.' }),
    keyId: Type.Integer({ description: 'Id of the API key.' }),
    method: text('Method of the request.'),
    route: Type.String({ description: 'Path of the operation.', examples: ['/v1/roles/{id}'] }),
    resource: nullable(Type.String(), {
      description: 'Path of what was changed. Null for other events.',
      examples: ['/v1/roles/7'],
    }),
    code: nullable(Type.String(), { description: 'Problem code of a refusal. Null for other events.' }),
    details: Type.Unsafe<Record<string, string | number>>({
      type: 'object',
      additionalProperties: { type: ['string', 'number'] },
      description:
        'Of a refusal, what was missing, such as `operation` and `type`, `missing` or `feature`. Of an export, `type`, `format`, and `rows` when it has ended. Of a change, the names of the `members` in the body.',
    }),
    count: Type.Integer({ description: 'How often the key was refused in the same way within a few seconds.' }),
  },
  { $id: 'AuditEntry', description: 'An entry of the audit log. It contains neither bodies nor keys.' },
)

/** A page of the audit log. */
export const AuditList = listOf(AuditEntry, 'AuditEntryList')

/** The schemas of the audit log. */
export const auditSchemas = [AuditEntry, AuditList]
