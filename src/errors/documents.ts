import { type Static, type TSchema, Type } from 'typebox'
import { type FaultCode, faultCodes, type ProblemCode, problemCodes } from '../codes.ts'
import { enumOf, nullable, ref } from '../schema/build.ts'

const ProblemCodeDocument = enumOf(Object.keys(problemCodes) as ProblemCode[], {
  $id: 'ProblemCode',
  description: 'Stable code of a problem. `/docs/errors` explains every code.',
})

const FaultCodeDocument = enumOf(Object.keys(faultCodes) as FaultCode[], {
  $id: 'FaultCode',
  description: 'Stable code of a fault. `/docs/errors` explains every code.',
})

/** A fault in a response. */
export const FaultDocument = Type.Object(
  {
    pointer: Type.Optional(
      Type.String({ description: 'JSON pointer to the value in the request body.', examples: ['/userFields/city'] }),
    ),
    parameter: Type.Optional(
      Type.String({ description: 'Name of the URL parameter or header.', examples: ['filter[city]'] }),
    ),
    code: ref(FaultCodeDocument),
    message: Type.String({ description: "Human-readable message in the caller's language." }),
    allowed: Type.Optional(Type.Array(Type.String(), { description: 'Allowed values.' })),
    hint: Type.Optional(Type.String({ description: 'The closest known name.' })),
  },
  { $id: 'Fault', description: 'A fault in the request.' },
)

/** A fault in a response. */
export type FaultDocument = Static<typeof FaultDocument>

const problem = {
  type: Type.String({
    description: 'Address of the page that explains this problem.',
    examples: ['/docs/errors#validation_failed'],
  }),
  title: Type.String({ description: "Title of the problem in the caller's language." }),
  status: Type.Integer({ description: 'HTTP status code.' }),
  code: ref(ProblemCodeDocument),
  detail: Type.String({ description: "Human-readable explanation in the caller's language." }),
  instance: Type.String({ description: 'Path of the request.' }),
  traceId: Type.String({ description: 'Trace id of the request, as in the log.' }),
}
const presentVersion = nullable(Type.Integer(), {
  description: 'For 412: current version of the record. Null when the condition is not about a version.',
})
const changedFields = Type.Array(Type.String(), {
  description: 'For 412: fields of the body that were changed in the meantime.',
})

const FailedOperation = Type.Object(
  {
    status: Type.Integer({
      description: 'HTTP status code that the operation would return as a separate request.',
      examples: [422],
    }),
    problem: Type.Unsafe<object>({ $ref: 'OperationProblem' }),
  },
  { $id: 'FailedOperation', description: 'Why an operation of a batch was not performed.' },
)

const Dependent = Type.Object(
  {
    type: Type.String({ description: 'Code of the record type.', examples: ['deal'] }),
    id: Type.Integer({ description: 'Id of the record.' }),
    reason: enumOf(['changed', 'refers'], {
      description: 'Whether the record was changed since, or refers to a created one.',
    }),
  },
  { $id: 'Dependent', description: 'A record that prevents a conversion from being undone.' },
)

/** A field that uses a part of the model, and in how many records. */
export const FieldUse = Type.Object(
  {
    type: Type.String({ description: 'Code of the record type.', examples: ['deal'] }),
    field: Type.String({ description: 'Name of the field.', examples: ['source'] }),
    records: Type.Optional(Type.Integer({ description: 'Number of records.' })),
    deleted: Type.Optional(Type.Boolean({ description: 'For a record type: whether the field is deleted with it.' })),
  },
  {
    $id: 'FieldUse',
    description: 'A field that uses a stage, an entry of a dictionary, a dictionary, a currency or a record type.',
  },
)

const MissingRates = Type.Object(
  {
    currency: Type.String({ description: 'Code of the currency.', examples: ['EUR'] }),
    days: Type.Array(Type.String({ format: 'date' }), { description: 'The first days without a rate.' }),
    count: Type.Integer({ description: 'Number of days without a rate.' }),
  },
  { $id: 'MissingRates', description: 'A currency without rates that a conversion needs.' },
)

/** The body of every response with a status of 400 or more (RFC 9457). */
export const ProblemDocument = Type.Object(
  {
    ...problem,
    hint: Type.Optional(Type.String({ description: 'The closest known name to the one in the path.' })),
    errors: Type.Optional(
      Type.Array(ref(FaultDocument), { description: 'Lists every fault of the request, up to 100.' }),
    ),
    id: Type.Optional(
      Type.Integer({
        description: 'For `external_id_taken`: id of the record that has the key, if the caller may read it.',
      }),
    ),
    duplicates: Type.Optional(
      Type.Array(Type.Unsafe<object>({ $ref: 'DuplicateMatch' }), {
        description: 'For `duplicate_found`: the records that the new one is a duplicate of.',
      }),
    ),
    version: Type.Optional(presentVersion),
    fields: Type.Optional(changedFields),
    survivorId: Type.Optional(
      Type.Integer({ description: 'For `record_merged`: id of the record into which this one was merged.' }),
    ),
    firstId: Type.Optional(Type.Integer({ description: 'For `later_merge`: id of the merge to undo first.' })),
    conversion: Type.Optional(
      Type.Record(Type.String(), Type.Object({ id: Type.Integer({ description: 'Id of the record.' }) }), {
        description: 'For `already_converted`: the records that the lead was converted to, by the code of their type.',
      }),
    ),
    dependents: Type.Optional(
      Type.Array(ref(Dependent), { description: 'For `conversion_in_use`: what depends on the created records.' }),
    ),
    records: Type.Optional(
      Type.Integer({
        description: 'For `stage_in_use`, `pipeline_in_use`, `entry_in_use` and `currency_in_use`: number of records.',
      }),
    ),
    uses: Type.Optional(
      Type.Array(ref(FieldUse), { description: 'For `…_in_use`: where it is used, by record type and field.' }),
    ),
    missingRates: Type.Optional(
      Type.Array(ref(MissingRates), { description: 'For `rates_missing`: the currencies and days without rates.' }),
    ),
    results: Type.Optional(
      Type.Array(ref(FailedOperation), {
        description: 'For `batch_rolled_back`: why each operation was not performed, in the order of the operations.',
      }),
    ),
  },
  { $id: 'Problem', description: 'An error response.' },
)

const { results: _, ...ofOperation } = ProblemDocument.properties

// Without `results`, so that no schema leads back to itself.
const OperationProblem = Type.Object(ofOperation, {
  $id: 'OperationProblem',
  description: 'Why an operation of a batch was not performed.',
})

const PreconditionProblem = Type.Object(
  { ...problem, version: presentVersion, fields: changedFields },
  { $id: 'PreconditionProblem', description: 'The record was changed since the client last read it.' },
)

/** The body of a response with a status of 400 or more. */
export type ProblemDocument = Static<typeof ProblemDocument>

const meanings: Readonly<Record<number, string>> = {
  400: 'The URL, a header or the JSON is invalid.',
  401: 'The API key or token is missing or invalid.',
  403: 'The caller does not have the required permission.',
  404: 'The resource does not exist, or the caller cannot read it.',
  405: 'The method is not allowed for this path.',
  406: 'The response is not available in the requested format.',
  408: 'The request was not received in time.',
  409: 'The request conflicts with the current state.',
  412: 'The version is out of date.',
  413: 'The body is too large.',
  415: 'The media type is not supported.',
  416: 'The range is outside the file.',
  422: 'The body is invalid.',
  428: 'If-Match is required.',
  429: 'Too many requests.',
  500: 'Internal error.',
  503: 'Temporarily unavailable. Try again after the time in Retry-After.',
}

/**
 * Returns the part of a route's `response` that documents these error statuses. Its static type is empty because
 * handlers return only successes and throw errors.
 */
export function problems(...statuses: readonly number[]): Record<never, never> {
  return Object.fromEntries(
    statuses.map((status) => {
      const schema = { $ref: status === 412 ? 'PreconditionProblem' : 'Problem' }
      const content = { 'application/problem+json': { schema } }
      return [status, { description: meanings[status] ?? 'An error.', content }]
    }),
  )
}

/** Schemas of problems. */
export const problemSchemas: readonly TSchema[] = [
  ProblemCodeDocument,
  FaultCodeDocument,
  FaultDocument,
  FailedOperation,
  Dependent,
  FieldUse,
  MissingRates,
  ProblemDocument,
  OperationProblem,
  PreconditionProblem,
]
