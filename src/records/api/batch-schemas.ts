import Type, { type TSchema } from 'typebox'
import type { SystemType } from '../../entities/types.ts'
import { ProblemDocument } from '../../errors/documents.ts'
import { batchId } from '../../fields/kinds/link-schemas.ts'
import { checkedAs, enumOf, ref } from '../../schema/build.ts'
import type { BatchOperation } from '../batch/batch-references.ts'
import { operationNames } from '../batch/operations.ts'
import { mostOperations } from './requests.ts'
import { anyRecord, nameOf, recordSchemas } from './schemas.ts'

/**
 * An operation of whatever type: what every one of them is checked against. Unknown keys are refused when the batch is
 * read, since ajv takes time by the square of the faults of a thousand operations.
 */
const Operation = {
  ...operationWith(
    Type.Optional(Type.String({ description: 'Code of the type.' })),
    Type.Record(Type.String(), Type.Unknown()),
  ),
  additionalProperties: true,
}

function operationWith(type: TSchema, data: TSchema) {
  return Type.Object(
    {
      op: enumOf([...operationNames], { description: 'What to do.' }),
      type,
      as: Type.Optional(
        Type.String({
          minLength: 1,
          maxLength: 100,
          description: 'A name by which later operations refer to its record.',
        }),
      ),
      id: Type.Optional({ ...batchId, description: 'Id of the record to update or delete.' }),
      external: Type.Optional(
        Type.Object(
          {
            source: Type.String({ description: 'The other system.' }),
            key: Type.String({ description: 'Its key for the record.' }),
          },
          { additionalProperties: false, description: 'A key of another system instead of the id.' },
        ),
      ),
      ifMatch: Type.Optional(
        Type.Union([Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }), Type.String()], {
          description: 'Version or entity tag that the record must still have.',
        }),
      ),
      data: Type.Optional(data),
    },
    { additionalProperties: false },
  )
}

/** A batch as it is asked for. */
export interface BatchBody {
  atomic?: boolean
  operations: BatchOperation[]
}

/** The named schemas of batches of one type: an operation, several of them, and what becomes of them. */
function batchSchemasOf(type: SystemType) {
  const name = nameOf(type.code)
  const { batched, record } = recordSchemas(type)
  const code = Type.Literal(type.code, { description: 'The type; only needed in a batch over several.' })
  const description = `One operation of a batch, on a ${type.title.en.toLowerCase()}.`
  const operation = {
    ...operationWith(Type.Optional(code), ref(batched)),
    ...{ ...checkedAs(Operation), $id: `${name}Operation`, description },
  }
  const result = resultWith(`${name}BatchItem`, ref(record))
  const example = { op: 'create', data: type.example }
  return [
    ...[operation, batchWith(`${name}Batch`, operation, example)],
    ...[result, resultsWith(`${name}BatchResults`, result)],
  ]
}

/** The schemas of batches of each type, and over several. */
export function batchSchemas(types: readonly SystemType[]): TSchema[] {
  const operation = Type.Unsafe<BatchOperation>({
    ...checkedAs(Operation),
    $id: 'BatchOperation',
    anyOf: types.map(({ code }) => Type.Ref(`${nameOf(code)}Operation`)),
    description: 'One operation of a batch over several types.',
  })
  // A reference in an example would be followed by tools that read the document.
  const client = { op: 'create', type: 'company', as: 'client', data: { title: 'Vector' } }
  const deal = { op: 'create', type: 'deal', data: { title: 'Equipment for Vector' } }
  const result = resultWith('BatchItem', anyRecord)
  return [
    ...types.flatMap(batchSchemasOf),
    ...[operation, batchWith('Batch', operation, client, deal)],
    ...[result, resultsWith('BatchResults', result)],
  ]
}

/** A batch of a type's operations, or of any, and what becomes of it. */
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
        Type.Boolean({ description: 'Whether one failure takes everything back; true when left out.' }),
      ),
      operations: Type.Array(ref(operation), {
        minItems: 1,
        maxItems: mostOperations,
        description: 'The operations. Those that build on each other are done in this order.',
      }),
    },
    {
      $id,
      description: 'Operations to be done together.',
      additionalProperties: false,
      examples: [{ atomic: true, operations: examples }],
    },
  )
}

function resultWith($id: string, record: TSchema): TSchema {
  return Type.Object(
    {
      status: Type.Integer({ description: 'The status that it would have as a request of its own.', examples: [201] }),
      id: Type.Optional(Type.Integer({ description: 'Id of the record.' })),
      record: Type.Optional({ ...record, description: 'The record as saved.' }),
      problem: Type.Optional(ref(ProblemDocument)),
    },
    { $id, description: 'What became of one operation.' },
  )
}

function resultsWith($id: string, result: TSchema): TSchema {
  return Type.Object(
    { results: Type.Array(ref(result), { description: 'One for each operation, in their order.' }) },
    { $id, description: 'What became of the operations of a batch.' },
  )
}
