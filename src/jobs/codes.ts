import { problemOf, say } from '../errors/code-text.ts'

/** The problems of jobs. */
// biome-ignore format: a table is read by rows
export const jobProblems = {
  job_not_found: problemOf(404, 'Job not found', 'Задание не найдено',
    'There is no job {id}.', 'Задание {id} не найдено.'),
  job_not_cancellable: problemOf(409, 'Job cannot be cancelled', 'Задание нельзя отменить',
    'The job is {status} and cannot be cancelled.', 'Состояние задания: {status}. Отменить его нельзя.'),
  job_not_pausable: problemOf(409, 'Job cannot be paused', 'Задание нельзя приостановить',
    'The job is {status} and cannot be paused.', 'Состояние задания: {status}. Приостановить его нельзя.'),
  job_not_resumable: problemOf(409, 'Job cannot be resumed', 'Задание нельзя продолжить',
    'The job is {status}. Only a paused job can be resumed.', 'Состояние задания: {status}. Продолжить можно только приостановленное задание.'),
  too_many_streams: problemOf(429, 'Too many event streams', 'Слишком много потоков событий',
    'You have {limit} open event streams. Close one of them, or read the job with `wait`.',
    'У вас открыто потоков событий: {limit}. Закройте один из них или читайте задание с `wait`.'),
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
