import { type Static, type TSchema, Type } from 'typebox'
import { enumOf, nullable, ref } from '../schema/build.ts'
import { type FaultCode, faultCodes } from './fault-codes.ts'
import { type ProblemCode, problemCodes } from './problem-codes.ts'

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

const meanings: Readonly<Record<number, string>> = {
  400: 'The URL, a header or the JSON is malformed.',
  401: 'No valid key or token.',
  403: 'A right is missing.',
  404: 'There is no such thing, or it may not be seen.',
  405: 'The address does not take this method.',
  406: 'The response is not available in the requested format.',
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

/** The schemas that problems refer to. */
export const problemSchemas: readonly TSchema[] = [
  ProblemCodeDocument,
  FaultCodeDocument,
  FaultDocument,
  FailedOperation,
  ProblemDocument,
  PreconditionProblem,
]
