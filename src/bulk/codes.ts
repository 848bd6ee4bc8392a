import { problemOf, say } from '../errors/code-text.ts'

/** The problems of bulk actions and reverts. */
// biome-ignore format: a table is read by rows
export const bulkProblems = {
  job_state: problemOf(409, 'Not possible in this state', 'Недопустимое состояние задания',
    'The job is {status}. Wait until it is over.', 'Состояние задания: {status}. Дождитесь его завершения.'),
  not_revertible: problemOf(409, 'Cannot be reverted', 'Нельзя отменить',
    'Job {id} cannot be reverted. Only bulk actions, imports and automatic merges can.', 'Задание {id} отменить нельзя. Отменяются только массовые изменения, импорт и автоматическое объединение.'),
  type_deleted: problemOf(409, 'Type deleted', 'Тип удалён',
    'Job {id} cannot be reverted, because its record type was deleted.', 'Задание {id} отменить нельзя: его тип записей удалён.'),
  already_reverted: problemOf(409, 'Already reverted', 'Уже отменено',
    'Job {id} has already reverted this job.', 'Это задание уже отменено заданием {id}.'),
  job_already_running: problemOf(409, 'Job already running', 'Такое задание уже выполняется',
    'Job {id} of the same type is not over yet. Wait until it is.', 'Задание {id} того же типа ещё не завершено. Дождитесь его завершения.'),
}

/** The faults of bulk actions and reverts. */
// biome-ignore format: a table is read by rows
export const bulkFaults = {
  condition_required: say(
    'Provide at least one condition, or `all: true` to select all records.',
    'Укажите хотя бы одно условие или `all: true`, чтобы выбрать все записи.',
  ),
  referred_to: say('Another record refers to this one, so it was not deleted.', 'На эту запись ссылается другая, поэтому она не удалена.'),
}
