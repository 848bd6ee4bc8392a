import { problemOf, say } from '../errors/code-text.ts'

/** The problems of pipelines. */
// biome-ignore format: a table is read by rows
export const pipelineProblems = {
  pipeline_not_found: problemOf(404, 'Pipeline not found', 'Воронка не найдена',
    'There is no pipeline {id}.', 'Воронка {id} не найдена.'),
  stage_not_found: problemOf(404, 'Stage not found', 'Стадия не найдена',
    'There is no stage {id} in this pipeline.', 'В этой воронке нет стадии {id}.'),
  stage_exists: problemOf(409, 'Stage already exists', 'Стадия уже существует',
    'The pipeline already has a stage {id}.', 'В воронке уже есть стадия {id}.'),
  stage_in_use: problemOf(409, 'Stage in use', 'На стадии есть записи',
    'There are records in the stage {id}. Pass `moveTo` to move them to another stage.', 'На стадии {id} есть записи. Передайте `moveTo`, чтобы перевести их на другую стадию.'),
  pipeline_in_use: problemOf(409, 'Pipeline in use', 'В воронке есть записи',
    'There are records in the pipeline {id}. Pass `moveTo` to move them to another pipeline.', 'В воронке {id} есть записи. Передайте `moveTo`, чтобы перевести их в другую воронку.'),
  stage_required: problemOf(409, 'Stage required', 'Стадия обязательна',
    'A pipeline needs a success stage and at least one stage in process.', 'В воронке должны быть стадия успеха и хотя бы одна стадия в работе.'),
  default_pipeline: problemOf(409, 'Default pipeline', 'Воронка по умолчанию',
    'The default pipeline cannot be deleted. Make another pipeline the default first.', 'Воронку по умолчанию нельзя удалить. Сначала сделайте другую воронкой по умолчанию.'),
  pipelines_not_supported: problemOf(422, 'Pipelines not supported', 'Воронки не поддерживаются',
    'Pipelines cannot be added to the type {type}.', 'К типу {type} нельзя добавить воронку.'),
  too_many_pipelines: problemOf(422, 'Too many pipelines', 'Слишком много воронок',
    'A record type can have {most} pipelines.', 'У типа записей может быть до {most} воронок.'),
}

/** The faults of pipelines. */
// biome-ignore format: a table is read by rows
export const pipelineFaults = {
  too_many_stages: say('A pipeline can have {most} stages.', 'В воронке может быть до {most} стадий.'),
  second_success_stage: say('A pipeline has exactly one success stage.', 'В воронке ровно одна стадия успеха.'),
  success_stage_required: say('A pipeline needs a success stage.', 'В воронке должна быть стадия успеха.'),
  process_stage_required: say('A pipeline needs at least one stage in process.', 'В воронке должна быть хотя бы одна стадия в работе.'),
  stage_order: say('Stages in process come first, then the success stage, then the failure stages.', 'Сначала идут стадии в работе, затем стадия успеха, затем стадии провала.'),
  missing_stages: say('Name all stages of the pipeline.', 'Укажите все стадии воронки.'),
  unknown_stage: say('There is no stage {id} in this pipeline.', 'В этой воронке нет стадии {id}.'),
  stage_not_in_process: say('Only stages in process have a probability.', 'Вероятность задаётся только для стадий в работе.'),
  move_not_allowed: say('Records cannot move from {from} to {to}.', 'Из стадии {from} нельзя перейти в {to}.'),
  required_in_stage: say('Required in the stage {stage}.', 'Обязательное поле на стадии {stage}.'),
  failure_reason_required: say('A failure needs a reason.', 'Укажите причину провала.'),
}
