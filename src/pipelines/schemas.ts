import Type, { type Static } from 'typebox'
import { Label } from '../http/labels.ts'
import { listOf } from '../http/lists.ts'
import { enumOf, nullable, ref } from '../schema/build.ts'

const semantics = ['process', 'success', 'failure'] as const

/** A pipeline. */
export const PipelineDocument = Type.Object(
  {
    id: Type.Integer({ description: 'Id of the pipeline.' }),
    name: ref(Label),
    isDefault: Type.Boolean({ description: 'Whether new records without a pipeline get this one.' }),
    sort: Type.Integer({ description: 'Position among the pipelines of the record type.' }),
  },
  { $id: 'Pipeline', description: 'A pipeline: a sequence of stages that records go through.' },
)

const StageDocument = Type.Object(
  {
    id: Type.String({ description: 'Code of the stage, unique in its pipeline.', examples: ['WON'] }),
    name: ref(Label),
    semantic: enumOf(semantics, { description: 'Meaning of the stage: in process, success or failure.' }),
    color: Type.String({ description: 'Colour of the stage.', examples: ['#7BD500'] }),
    sort: Type.Integer({ description: 'Position in the pipeline.' }),
  },
  { $id: 'Stage', description: 'A stage of a pipeline.' },
)

/** A period that a record spent in a stage. */
export const StageHistoryEntry = Type.Object(
  {
    id: Type.Integer({ description: 'Id of the entry.' }),
    kind: enumOf(['created', 'moved', 'closed', 'pipelineChanged'], {
      description: 'How the record entered the stage.',
    }),
    pipelineId: Type.Integer({ description: 'Id of the pipeline.' }),
    stageId: Type.String({ description: 'Code of the stage.' }),
    semantic: enumOf(semantics, { description: 'Meaning of the stage at that time.' }),
    amount: nullable(Type.String(), { description: 'Amount of the record at that time.' }),
    currency: nullable(Type.String(), { description: 'Currency of the amount.' }),
    enteredAt: Type.String({ format: 'date-time', description: 'Time when the record entered the stage.' }),
    enteredBy: Type.Integer({ description: 'Id of the user who moved the record.' }),
    leftAt: nullable(Type.String({ format: 'date-time' }), {
      description: 'Time when the record left the stage. Null for the current stage.',
    }),
  },
  { $id: 'StageHistoryEntry', description: 'A period that a record spent in a stage.' },
)

/** A period that a record spent in a stage. */
export type StageHistoryEntry = Static<typeof StageHistoryEntry>

/** A list of pipelines. */
export const PipelineList = listOf(PipelineDocument, 'PipelineList')
/** A list of stages. */
export const StageList = listOf(StageDocument, 'StageList')
/** A page of a record's stage history. */
export const StageHistoryList = listOf(StageHistoryEntry, 'StageHistoryList')

/** The named schemas of pipelines. */
export const pipelineSchemas = [
  ...[PipelineDocument, PipelineList, StageDocument, StageList],
  ...[StageHistoryEntry, StageHistoryList],
]
