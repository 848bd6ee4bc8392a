import { problemOf, say } from '../errors/code-text.ts'

/** The problems of jobs. */
// biome-ignore format: a table is read by rows
export const jobProblems = {
  job_not_found: problemOf(404, 'Job not found', 'Задание не найдено',
    'There is no job {id}.', 'Задание {id} не найдено.'),
  job_not_cancellable: problemOf(409, 'Job cannot be cancelled', 'Задание нельзя отменить',
    'The job is {status} and cannot be cancelled.', 'Состояние задания: {status}. Отменить его нельзя.'),
}

/** The words for the statuses of jobs. */
export const jobStatusWords = {
  queued: say('queued', 'в очереди'),
  running: say('running', 'выполняется'),
  paused: say('paused', 'приостановлено'),
  completed: say('completed', 'выполнено'),
  completedWithErrors: say('completed with errors', 'выполнено с ошибками'),
  failed: say('failed', 'не выполнено'),
  cancelled: say('cancelled', 'отменено'),
}
