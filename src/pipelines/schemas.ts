import Type from 'typebox'
import { Label } from '../http/labels.ts'
import { listOf } from '../http/lists.ts'
import { enumOf, ref } from '../schema/build.ts'

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
    semantic: enumOf(['process', 'success', 'failure'], {
      description: 'Meaning of the stage: in process, success or failure.',
    }),
    color: Type.String({ description: 'Colour of the stage.', examples: ['#7BD500'] }),
    sort: Type.Integer({ description: 'Position in the pipeline.' }),
  },
  { $id: 'Stage', description: 'A stage of a pipeline.' },
)

/** A list of pipelines. */
export const PipelineList = listOf(PipelineDocument, 'PipelineList')
/** A list of stages. */
export const StageList = listOf(StageDocument, 'StageList')

/** The named schemas of pipelines. */
export const pipelineSchemas = [PipelineDocument, PipelineList, StageDocument, StageList]
