import { type Static, type TProperties, type TSchema, type TUnsafe, Type } from 'typebox'
import { type ProblemCode, problemCodes } from './codes.ts'
import { type FaultCode, faultCodes } from './fault-codes.ts'

/** A reference to a schema that has an `$id`, typed as the schema itself. */
export function ref<T extends TSchema & { $id?: string }>(schema: T): TUnsafe<Static<T>> {
  if (schema.$id === undefined) throw new Error('Only a schema with an $id can be referred to')
  return Type.Unsafe<Static<T>>(Type.Ref(schema.$id))
}

/** One of these strings. */
export function enumOf<const Values extends string[]>(values: readonly [...Values], options: object = {}) {
  return Type.Unsafe<Values[number]>({ type: 'string', enum: [...values], ...options })
}

/** The schema's value or null; written as `type: [T, 'null']`, which is answered faster than a union. */
export function nullable<T extends TSchema>(schema: T, options: object = {}): TUnsafe<Static<T> | null> {
  const given: { type?: unknown; enum?: readonly unknown[] } & TSchema = schema
  if (typeof given.type !== 'string') {
    return Type.Unsafe<Static<T> | null>({ anyOf: [schema, { type: 'null' }], ...options })
  }
  const nulled = { ...schema, type: [given.type, 'null'], ...(given.enum && { enum: [...given.enum, null] }) }
  return Type.Unsafe<Static<T> | null>({ ...nulled, ...options })
}

const ProblemCodeDocument = enumOf(Object.keys(problemCodes) as ProblemCode[], {
  $id: 'ProblemCode',
  description: 'Stable code of a problem; the list is closed, and explained at `/docs/errors`.',
})

const FaultCodeDocument = enumOf(Object.keys(faultCodes) as FaultCode[], {
  $id: 'FaultCode',
  description: 'Stable code of a fault; the list is closed, and explained at `/docs/errors`.',
})

/** One fault of a request, as answered. */
export const FaultDocument = Type.Object(
  {
    pointer: Type.Optional(Type.String({ description: 'JSON pointer into the body.', examples: ['/userFields/city'] })),
    parameter: Type.Optional(
      Type.String({ description: 'Parameter of the URL, or header.', examples: ['filter[city]'] }),
    ),
    code: ref(FaultCodeDocument),
    message: Type.String({ description: 'Sentence for people, in the language of the caller.' }),
    allowed: Type.Optional(Type.Array(Type.String(), { description: 'What would have been accepted.' })),
    hint: Type.Optional(Type.String({ description: 'The known name nearest to the given one.' })),
  },
  { $id: 'Fault', description: 'One fault of a request.' },
)

/** One fault of a request, as answered. */
export type FaultDocument = Static<typeof FaultDocument>

const problem = {
  type: Type.String({ description: 'Page about this problem.', examples: ['/docs/errors#validation_failed'] }),
  title: Type.String({ description: 'Name of the problem, in the language of the caller.' }),
  status: Type.Integer({ description: 'HTTP status.' }),
  code: ref(ProblemCodeDocument),
  detail: Type.String({ description: 'Sentence for people about this occurrence.' }),
  instance: Type.String({ description: 'Path of the request.' }),
  traceId: Type.String({ description: 'Finds the request in the log.' }),
}
const presentVersion = nullable(Type.Integer(), {
  description: 'Of a 412: the present version of the record; null where the condition is not about a version.',
})
const changedFields = Type.Array(Type.String(), {
  description: 'Of a 412: the fields of the body that have changed since.',
})

const FailedOperation = Type.Object(
  {
    status: Type.Integer({ description: 'The status that it would have as a request of its own.', examples: [422] }),
    problem: Type.Unsafe<object>({ $ref: 'Problem' }),
  },
  { $id: 'FailedOperation', description: 'Why an operation of a batch was not done.' },
)

/** Every answer with a status of 400 or more (RFC 9457). */
export const ProblemDocument = Type.Object(
  {
    ...problem,
    hint: Type.Optional(Type.String({ description: 'The known name nearest to the one in the address.' })),
    errors: Type.Optional(Type.Array(ref(FaultDocument), { description: 'All faults of the request at once.' })),
    id: Type.Optional(
      Type.Integer({ description: 'Of `external_id_taken`: the record that has the key, if the caller may read it.' }),
    ),
    version: Type.Optional(presentVersion),
    fields: Type.Optional(changedFields),
    results: Type.Optional(
      Type.Array(ref(FailedOperation), {
        description: 'Of `batch_rolled_back`: why each operation was not done, in their order.',
      }),
    ),
  },
  { $id: 'Problem', description: 'What went wrong, for programs and for people.' },
)

const PreconditionProblem = Type.Object(
  { ...problem, version: presentVersion, fields: changedFields },
  { $id: 'PreconditionProblem', description: 'The record is not as the sender of the request has seen it.' },
)

/** An answer with a status of 400 or more. */
export type ProblemDocument = Static<typeof ProblemDocument>

/**
 * Marks a shared schema as one for the document: values are only checked against the other one, and are then read, and
 * refused, by code that can tell more of what is wrong with them.
 */
export function checkedAs(schema: object) {
  return { 'x-checked-as': schema } as const
}

/**
 * The same where all of a value is left to that code. In an answer it is written as it is, since comparing each value
 * with all the forms that it may have would take longer than writing it.
 */
export const shownOnly = checkedAs({})

/**
 * A schema for bodies: its default is told in words. Of `default` in a body generators conclude that the value is always
 * there, so that whoever sends the body would have to give it; in a query they do not.
 */
export function toldDefault<T extends TSchema & { default?: unknown; description?: string }>(schema: T): T {
  const { default: value, description = '', ...rest } = schema
  return { ...rest, description: `${description} \`${value}\` when left out.`.trim() } as T
}

/** Bytes as they are. OpenAPI 3.1 could do without the format, but makers of clients know a file by it. */
export function bytes<T>(description: string): TUnsafe<T> {
  return Type.Unsafe<T>({ type: 'string', format: 'binary', description })
}

/** What the document says of operations with this tag, which all need a key: name, title, and a sentence or two. */
export function saying(tag: string) {
  return (operationId: string, summary: string, description: string) => ({
    ...{ operationId, summary, description },
    tags: [tag],
    security: [{ key: [] }],
  })
}

/** How a total is meant. */
export const TotalKind = enumOf(['exact', 'atLeast', 'estimated'], {
  $id: 'TotalKind',
  description: 'How a total is meant: exactly, as a lower bound, or as the estimate of the planner.',
})

/** The cursors of a list's neighbouring pages. */
export const Page = Type.Object(
  {
    next: nullable(Type.String({ description: 'Cursor of the next page; null on the last one.' })),
    prev: nullable(Type.String({ description: 'Cursor of the previous page; null on the first one.' })),
  },
  { $id: 'Page', description: 'Neighbouring pages of a list.' },
)

/** Schemas every application registers, since all routes refer to them. */
export const commonSchemas: readonly TSchema[] = [
  ProblemCodeDocument,
  FaultCodeDocument,
  FaultDocument,
  FailedOperation,
  ProblemDocument,
  PreconditionProblem,
  TotalKind,
  Page,
]

const meanings: Readonly<Record<number, string>> = {
  400: 'The URL, a header or the JSON is malformed.',
  401: 'No valid key or token.',
  403: 'A right is missing.',
  404: 'There is no such thing, or it may not be seen.',
  405: 'The address does not take this method.',
  406: 'There is no answer in the asked format.',
  409: 'It clashes with the present state.',
  412: 'The version is not the present one.',
  413: 'The body is too large.',
  415: 'The media type is not supported.',
  416: 'The range lies outside of the content.',
  422: 'The body is understood and refused.',
  428: 'If-Match is required.',
  429: 'Too many requests.',
  500: 'Internal error.',
  503: 'Temporarily unavailable; see Retry-After.',
}

/**
 * The part of a route's `response` that documents these error statuses. Its static type is empty on purpose: a handler
 * returns successes only, errors are thrown.
 */
export function problems(...statuses: readonly number[]): Record<never, never> {
  return Object.fromEntries(
    statuses.map((status) => {
      const schema = { $ref: status === 412 ? 'PreconditionProblem' : 'Problem' }
      const content = { 'application/problem+json': { schema } }
      return [status, { description: meanings[status] ?? 'A problem.', content }]
    }),
  )
}

/** One page of a list of these. */
export function listOf<T extends TSchema & { $id?: string }>(schema: T, $id: string) {
  return Type.Object(pageOf(schema), { $id, description: 'A page of a list.' })
}

/** The same of a list that may be counted. */
export function countedListOf<T extends TSchema & { $id?: string }>(schema: T, $id: string, more: TProperties = {}) {
  const total = nullable(Type.Integer(), { description: 'How many there are; null when counting took too long.' })
  return Type.Object(
    { ...pageOf(schema), total: Type.Optional(total), totalKind: Type.Optional(ref(TotalKind)), ...more },
    { $id, description: 'A page of a list. `total` and `totalKind` are there for requests with `count`.' },
  )
}

function pageOf<T extends TSchema & { $id?: string }>(schema: T) {
  const item: TUnsafe<Static<T>> = schema.$id === undefined ? Type.Unsafe<Static<T>>(schema) : ref(schema)
  return { data: Type.Array(item, { description: 'The page.' }), page: ref(Page) }
}
