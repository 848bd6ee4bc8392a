import { problemOf, say } from '../errors/code-text.ts'

/** The problems of bulk actions and reverts. */
// biome-ignore format: a table is read by rows
export const bulkProblems = {
  job_state: problemOf(409, 'Not possible in this state', 'Недопустимое состояние задания',
    'The job is {status}, so this is not possible.', 'Состояние задания: {status}. Действие недоступно.'),
  not_revertible: problemOf(409, 'Cannot be reverted', 'Нельзя отменить',
    'Job {id} cannot be reverted.', 'Результат задания {id} отменить нельзя.'),
  already_reverted: problemOf(409, 'Already reverted', 'Уже отменено',
    'Job {id} has already reverted this.', 'Уже отменено заданием {id}.'),
  job_already_running: problemOf(409, 'Job already running', 'Такое задание уже выполняется',
    'Job {id} of the same kind has not finished yet.', 'Задание {id} того же вида ещё не завершено.'),
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
