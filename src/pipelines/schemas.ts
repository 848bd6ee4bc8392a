import Type from 'typebox'
import { Label } from '../http/labels.ts'
import { listOf } from '../http/lists.ts'
import { enumOf, ref } from '../schema/build.ts'

/** A pipeline as it is answered. */
export const PipelineDocument = Type.Object(
  {
    id: Type.Integer({ description: 'Id of the pipeline.' }),
    name: ref(Label),
    isDefault: Type.Boolean({ description: 'Whether records that name no pipeline begin in it.' }),
    sort: Type.Integer({ description: 'Place among the pipelines of the type.' }),
  },
  { $id: 'Pipeline', description: 'A way that records go, stage by stage.' },
)

const StageDocument = Type.Object(
  {
    id: Type.String({ description: 'Code of the stage, unique in its pipeline.', examples: ['WON'] }),
    name: ref(Label),
    semantic: enumOf(['process', 'success', 'failure'], { description: 'What standing in it means.' }),
    color: Type.String({ description: 'Colour of the stage.', examples: ['#7BD500'] }),
    sort: Type.Integer({ description: 'Place in the pipeline.' }),
  },
  { $id: 'Stage', description: 'A stage of a pipeline.' },
)

/** A list of pipelines. */
export const PipelineList = listOf(PipelineDocument, 'PipelineList')
/** A list of stages. */
export const StageList = listOf(StageDocument, 'StageList')

/** The schemas that routes about pipelines refer to. */
export const pipelineSchemas = [PipelineDocument, PipelineList, StageDocument, StageList]
