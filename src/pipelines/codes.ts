import { problemOf, say } from '../errors/code-text.ts'

/** The problems of pipelines. */
// biome-ignore format: a table is read by rows
export const pipelineProblems = {
  pipeline_not_found: problemOf(404, 'Pipeline not found', 'Воронка не найдена',
    'There is no pipeline {id}.', 'Воронка {id} не найдена.'),
}

/** The faults of pipelines. */
// biome-ignore format: a table is read by rows
export const pipelineFaults = {
  unknown_stage: say('There is no stage {id} in this pipeline.', 'В этой воронке нет стадии {id}.'),
}
