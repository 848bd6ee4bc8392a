import { problemOf, say } from '../../errors/code-text.ts'

/** The problems of lists of changes. */
// biome-ignore format: a table is read by rows
export const changeProblems = {
  changes_expired: problemOf(410, 'Changes no longer available', 'Изменения уже недоступны',
    'Your rights have changed, the history was pruned, or the database was restored. Read all records again, and begin with changedSince=now.',
    'Изменились ваши права, история была очищена или база данных восстановлена. Прочитайте все записи заново и начните с changedSince=now.'),
}

/** The faults of lists of changes. */
// biome-ignore format: a table is read by rows
export const changeFaults = {
  invalid_changed_since: say('Must be `changedSince` of the last response, a timestamp such as 2026-01-31T09:00:00Z, or `now`.',
    'Укажите `changedSince` из последнего ответа, дату и время, например 2026-01-31T09:00:00Z, или `now`.'),
  not_with_changed_since: say('Changes cannot be filtered, sorted or counted. Omit {name}.', 'Изменения нельзя отбирать, сортировать и считать. Уберите {name}.'),
}
