import Type, { type TSchema } from 'typebox'
import type { SystemType } from '../../entities/types.ts'
import { ProblemDocument } from '../../errors/documents.ts'
import { batchId } from '../../fields/kinds/link-schemas.ts'
import { checkedAs, enumOf, ref } from '../../schema/build.ts'
import type { BatchOperation } from '../batch/batch-references.ts'
import { operationNames } from '../batch/operations.ts'
import { nameOf } from './field-properties.ts'
import { mostOperations } from './requests.ts'
import { anyRecord, recordSchemas } from './schemas.ts'
import type { DescribedType } from './user-field-schemas.ts'

/**
 * An operation on any type. Every operation is checked against it. Unknown keys are rejected later, when the batch is
 * read: the time ajv takes grows with the square of the number of faults.
 */
const Operation = {
  ...operationWith(
    Type.Optional(Type.String({ description: 'Code of the record type.' })),
    Type.Record(Type.String(), Type.Unknown()),
  ),
  additionalProperties: true,
}

function operationWith(type: TSchema, data: TSchema) {
  return Type.Object(
    {
      op: enumOf([...operationNames], { description: 'Operation to perform.' }),
      type,
      as: Type.Optional(
        Type.String({
          minLength: 1,
          maxLength: 100,
          description: 'Name of the record within the batch. Later operations refer to it with `{"$ref": "name"}`.',
        }),
      ),
      id: Type.Optional({ ...batchId, description: 'Id of the record to update or delete.' }),
      external: Type.Optional(
        Type.Object(
          {
            source: Type.String({ maxLength: 1000, description: 'Name of the other system.' }),
            key: Type.String({ maxLength: 1000, description: 'Key of the record in that system.' }),
          },
          { additionalProperties: false, description: 'External key of the record, instead of its id.' },
        ),
      ),
      ifMatch: Type.Optional(
        Type.Union([Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }), Type.String({ maxLength: 200 })], {
          description: 'Version or ETag that the record must have. Otherwise the operation fails.',
        }),
      ),
      data: Type.Optional(data),
    },
    { additionalProperties: false },
  )
}

/** The body of a batch request. */
export interface BatchBody {
  atomic?: boolean
  operations: BatchOperation[]
}

/** Returns the named schemas of batches of one type: operation, batch, result and results. */
function batchSchemasOf(type: DescribedType) {
  const name = nameOf(type.code)
  const { batched, record } = recordSchemas(type)
  const ofType = {
    maxLength: 100,
    description: 'Code of the record type. Required only in a batch over several types.',
  }
  const code = type.isAny ? Type.String(ofType) : Type.Literal(type.code, { description: ofType.description })
  const description = `One operation of a batch of ${type.titles.en.toLowerCase()}.`
  const operation = {
    ...operationWith(Type.Optional(code), ref(batched)),
    ...checkedAs(Operation),
    $id: `${name}Operation`,
    description,
  }
  const result = resultWith(`${name}BatchItem`, ref(record))
  const example = { op: 'create', data: type.example }
  return [
    ...[operation, batchWith(`${name}Batch`, operation, example)],
    ...[result, resultsWith(`${name}BatchResults`, result)],
  ]
}

/** Returns the schemas of batches of each type and of batches over several types. */
export function batchSchemas(types: readonly DescribedType[]): TSchema[] {
  const operation = Type.Unsafe<BatchOperation>({
    ...checkedAs(Operation),
    $id: 'BatchOperation',
    // With any code as its type, an operation on any smart process would hide the mistakes in all others.
    anyOf: types.flatMap(({ code, isAny }) => (isAny ? [] : [Type.Ref(`${nameOf(code)}Operation`)])),
    description:
      'One operation of a batch over several types. Smart processes are allowed as well: the document of an instance has their operations.',
  })
  // The example has no `$ref`: tools that read the document would resolve it.
  const client = { op: 'create', type: 'company', as: 'client', data: { title: 'Vector' } }
  const deal = { op: 'create', type: 'deal', data: { title: 'Equipment for Vector' } }
  const examples = [client, deal].filter(({ type }) => types.some(({ code }) => code === type))
  const result = resultWith('BatchItem', anyRecord)
  return [
    ...types.flatMap(batchSchemasOf),
    ...[operation, batchWith('Batch', operation, ...examples)],
    ...[result, resultsWith('BatchResults', result)],
  ]
}

/** Returns references to the schemas of a batch and its results: of the given type, or of any type without one. */
export function batchRefs(type?: SystemType) {
  const name = type ? nameOf(type.code) : ''
  return {
    batch: Type.Unsafe<BatchBody>(Type.Ref(`${name}Batch`)),
    results: Type.Ref(`${name}BatchResults`),
  }
}

function batchWith($id: string, operation: TSchema, ...examples: object[]): TSchema {
  return Type.Object(
    {
      atomic: Type.Optional(
        Type.Boolean({ description: 'If true, one failed operation rolls back the whole batch. Default: true.' }),
      ),
      operations: Type.Array(ref(operation), {
        minItems: 1,
        maxItems: mostOperations,
        description: 'Operations to perform. Operations that depend on each other run in this order.',
      }),
    },
    {
      $id,
      description: 'Operations to perform in one request.',
      additionalProperties: false,
      ...(examples.length && { examples: [{ atomic: true, operations: examples }] }),
    },
  )
}

function resultWith($id: string, record: TSchema): TSchema {
  return Type.Object(
    {
      status: Type.Integer({
        description: 'HTTP status that the operation would have as a separate request.',
        examples: [201],
      }),
      id: Type.Optional(Type.Integer({ description: 'Id of the record.' })),
      record: Type.Optional({ ...record, description: 'The saved record.' }),
      problem: Type.Optional(ref(ProblemDocument)),
    },
    { $id, description: 'Result of one operation.' },
  )
}

function resultsWith($id: string, result: TSchema): TSchema {
  return Type.Object(
    { results: Type.Array(ref(result), { description: 'One result per operation, in the order of the operations.' }) },
    { $id, description: 'Results of a batch.' },
  )
}
