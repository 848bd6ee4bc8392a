import Type, { type TSchema } from 'typebox'
import { type SystemType, systemTypes } from '../entities/types.ts'
import { FaultDocument } from '../errors/documents.ts'
import { recordSchemas } from '../records/api/schemas.ts'
import { checkedAs, nullable, ref } from '../schema/build.ts'
import { type TargetName, targetNames } from './request.ts'

const typeOf = (name: TargetName): SystemType => systemTypes.find(({ code }) => code === name)!
const id = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER, description: 'Id of the record.' })
const oneId = Type.Object({ id })
const allTargets = <T extends TSchema>(schema: (name: TargetName) => T) =>
  Object.fromEntries(targetNames.toReversed().map((name) => [name, Type.Optional(schema(name))]))

/** What a lead was converted to, or what it would be converted to. */
export const ConversionResult = Type.Object(
  {
    ...allTargets((name) =>
      Type.Object(
        {
          id: Type.Optional(Type.Integer({ description: 'Id of the record. Absent for a new one in a dry run.' })),
          data: Type.Optional(
            Type.Object(
              {},
              {
                description: `For a dry run: body of the new record, as \`POST /v1${typeOf(name).path}\` takes it, without its links to other new ones. Values that have faults are as they were sent.`,
              },
            ),
          ),
        },
        { description: `The ${name}.` },
      ),
    ),
    errors: Type.Optional(
      Type.Array(ref(FaultDocument), {
        description: 'For a dry run: what prevents the conversion. Empty if nothing does.',
      }),
    ),
  },
  { $id: 'ConversionResult', description: 'The records that a lead was converted to.' },
)

/** A conversion of a lead. */
export const ConversionDocument = Type.Object(
  {
    ...allTargets((name) =>
      Type.Object(
        { id, isNew: Type.Boolean({ description: 'Whether the conversion created the record.' }) },
        { description: `The ${name}.` },
      ),
    ),
    at: Type.String({ format: 'date-time', description: 'Time of the conversion.' }),
    by: Type.Integer({ description: 'Id of the user who converted the lead.' }),
    undoneAt: nullable(Type.String({ format: 'date-time' }), { description: 'Time when it was undone.' }),
    undoneBy: nullable(Type.Integer(), { description: 'Id of the user who undid it.' }),
  },
  { $id: 'Conversion', description: 'The last conversion of a lead.' },
)

/** The named schema of a conversion request. */
export const ConversionRequest = Type.Object(
  allTargets((name) =>
    Type.Union([Type.Boolean(), oneId, ref(recordSchemas(typeOf(name)).changed)], {
      description: `True for a new ${name} with the values of the lead, false for none, an object with the \`id\` of an existing one, or fields of a new one, which replace the values of the lead.`,
    }),
  ),
  {
    ...checkedAs({ type: 'object' }),
    $id: 'ConversionRequest',
    additionalProperties: false,
    description: 'What to convert a lead to. At least one record.',
    examples: [{ deal: { title: 'Office furniture' }, contact: true, company: { id: 5 } }],
  },
)
