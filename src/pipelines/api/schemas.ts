import Type, { type Static } from 'typebox'
import { TypeParams } from '../../entities/find-type.ts'
import { semantics } from '../../fields/lookups.ts'
import { Label, LabelsInput } from '../../http/labels.ts'
import { listOf } from '../../http/lists.ts'
import { enumOf, nullable, ref } from '../../schema/build.ts'

/** The most stages of a pipeline. */
export const mostStages = 100
/** The most pipelines of a record type. */
export const mostPipelines = 100

const position = { minimum: 0, maximum: 1_000_000 }
const id = Type.Integer({
  minimum: 1,
  maximum: Number.MAX_SAFE_INTEGER,
  description: 'Id of the pipeline.',
  examples: [3],
})

/** The path of a pipeline. */
export const PipelineParams = Type.Object({ ...TypeParams.properties, id })
/** The path of a stage. */
export const StageParams = Type.Object({
  ...PipelineParams.properties,
  stage: Type.String({ maxLength: 100, description: 'Code of the stage.', examples: ['WON'] }),
})

const failureNeedsReason = Type.Boolean({
  description: 'Whether a record that enters a failure stage must have a `failureReason`.',
})
const stageProbabilities = nullable(
  Type.Record(Type.String(), Type.Integer({ minimum: 0, maximum: 100 }), { maxProperties: mostStages }),
  {
    description:
      'Probability in per cent that a record in a stage will be won, by the codes of stages in process. Forecasts use it. For other stages they use the share of won records among those that were in the stage and were closed in the last 365 days.',
    examples: [{ NEW: 10, PREPARATION: 40 }],
  },
)
const requiredFields = Type.Array(Type.String({ maxLength: 200 }), {
  maxItems: 100,
  description:
    'Names of the fields that a record must have when it is created in the stage or moves there. An amount of 0 counts as empty.',
  examples: [['amount', 'userFields.delivery_city']],
})
const nextStages = nullable(Type.Array(Type.String({ maxLength: 50 }), { maxItems: mostStages }), {
  description:
    'Codes of the stages to which records can move from this stage. Null allows every stage of the pipeline.',
  examples: [['PREPARATION', 'LOSE']],
})
const color = Type.String({ pattern: '^#[0-9A-Fa-f]{6}$', description: 'Colour of the stage.', examples: ['#7BD500'] })
const meaning = 'Meaning of the stage: in process, success or failure.'
const semantic = enumOf(semantics, { description: meaning })
const stageId = Type.String({
  pattern: '^[A-Za-z0-9_-]{1,50}$',
  description: 'Code of the stage, unique in its pipeline. It cannot be changed later.',
  examples: ['WON'],
})

/** A pipeline in a response. */
export const PipelineDocument = Type.Object(
  {
    id: Type.Integer({ description: 'Id of the pipeline.' }),
    name: ref(Label),
    isDefault: Type.Boolean({ description: 'Whether new records without a pipeline get this one.' }),
    sort: Type.Integer({ description: 'Position among the pipelines of the record type.' }),
    failureNeedsReason,
    stageProbabilities,
  },
  { $id: 'Pipeline', description: 'A pipeline: a sequence of stages that records go through.' },
)

/** A stage in a response. */
export const StageDocument = Type.Object(
  {
    id: Type.String({ description: 'Code of the stage, unique in its pipeline.', examples: ['WON'] }),
    name: ref(Label),
    semantic,
    color: Type.String({ description: 'Colour of the stage.', examples: ['#7BD500'] }),
    sort: Type.Integer({ description: 'Position in the pipeline.' }),
    requiredFields,
    nextStages,
  },
  { $id: 'Stage', description: 'A stage of a pipeline.' },
)

const stageMembers = {
  color: Type.Optional(color),
  sort: Type.Optional(
    Type.Integer({
      ...position,
      description: 'Position in the pipeline. Default: after the stages of the same meaning.',
    }),
  ),
  requiredFields: Type.Optional(requiredFields),
  nextStages: Type.Optional(nextStages),
}

/** A stage to create. */
export const NewStage = Type.Object(
  {
    id: stageId,
    name: ref(LabelsInput),
    semantic: Type.Optional({ ...semantic, description: `${meaning} Default: \`process\`.` }),
    ...stageMembers,
  },
  {
    $id: 'NewStage',
    additionalProperties: false,
    description: 'A stage to create. Stages in process come first, then the success stage, then the failure stages.',
    examples: [{ id: 'DELIVERY', name: { en: 'Delivery', ru: 'Доставка' }, color: '#47E4C2' }],
  },
)
/** A stage to create. */
export type NewStage = Static<typeof NewStage>

/** The properties of a stage that can be changed. */
export const StageChange = Type.Object(
  { name: Type.Optional(ref(LabelsInput)), ...stageMembers },
  {
    $id: 'StageChange',
    additionalProperties: false,
    minProperties: 1,
    description: 'Properties of a stage to change. Absent properties keep their values.',
    examples: [{ requiredFields: ['amount'], nextStages: ['WON', 'LOSE'] }],
  },
)
/** The properties of a stage that can be changed. */
export type StageChange = Static<typeof StageChange>

/** The order of the stages of a pipeline. */
export const StageOrder = Type.Object(
  {
    stageIds: Type.Array(Type.String({ maxLength: 100 }), {
      minItems: 1,
      maxItems: mostStages,
      description: 'Codes of all stages of the pipeline in their new order.',
    }),
  },
  {
    $id: 'StageOrder',
    additionalProperties: false,
    description: 'The order of the stages of a pipeline.',
    examples: [{ stageIds: ['NEW', 'EXECUTING', 'WON', 'LOSE'] }],
  },
)

const pipelineMembers = {
  sort: Type.Optional(Type.Integer({ ...position, description: 'Position. Default: after the other pipelines.' })),
  isDefault: Type.Optional(
    Type.Literal(true, {
      description: 'Makes this the default pipeline. To change it, set it on another pipeline.',
    }),
  ),
  failureNeedsReason: Type.Optional(failureNeedsReason),
  stageProbabilities: Type.Optional(stageProbabilities),
}

/** A pipeline to create. */
export const NewPipeline = Type.Object(
  {
    name: ref(LabelsInput),
    ...pipelineMembers,
    stages: Type.Optional(
      Type.Array(ref(NewStage), {
        minItems: 2,
        maxItems: mostStages,
        description:
          'Stages in their order: at least one in process, then exactly one success stage, then the failure stages. Default: the stages of the default pipeline.',
      }),
    ),
  },
  {
    $id: 'NewPipeline',
    additionalProperties: false,
    description: 'A pipeline to create.',
    examples: [{ name: { en: 'Retail', ru: 'Розница' } }],
  },
)
/** A pipeline to create. */
export type NewPipeline = Static<typeof NewPipeline>

/** The properties of a pipeline that can be changed. */
export const PipelineChange = Type.Object(
  { name: Type.Optional(ref(LabelsInput)), ...pipelineMembers },
  {
    $id: 'PipelineChange',
    additionalProperties: false,
    minProperties: 1,
    description: 'Properties of a pipeline to change. Absent properties keep their values.',
    examples: [{ failureNeedsReason: true }],
  },
)
/** The properties of a pipeline that can be changed. */
export type PipelineChange = Static<typeof PipelineChange>

/** The name of a copy. */
export const PipelineCopy = Type.Object(
  { name: ref(LabelsInput), sort: pipelineMembers.sort },
  {
    $id: 'PipelineCopy',
    additionalProperties: false,
    description: 'The name of a copy of a pipeline.',
    examples: [{ name: { en: 'Wholesale', ru: 'Опт' } }],
  },
)

/** A list of pipelines. */
export const PipelineList = listOf(PipelineDocument, 'PipelineList')
/** A list of stages. */
export const StageList = listOf(StageDocument, 'StageList')

/** The named schemas of pipelines. */
export const pipelineSchemas = [
  ...[PipelineDocument, PipelineList, NewPipeline, PipelineChange, PipelineCopy],
  ...[StageDocument, StageList, NewStage, StageChange, StageOrder],
]
