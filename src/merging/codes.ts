import { problemOf, say } from '../errors/code-text.ts'

/** The problems of merges. */
// biome-ignore format: a table is read by rows
export const mergingProblems = {
  fields_hidden: problemOf(403, 'Fields are hidden', 'Есть скрытые поля',
    'Only users who may see and change all fields of the type can merge its records or undo a merge.', 'Объединять записи и отменять объединение может только тот, кто видит и может менять все поля этого типа.'),
  merge_not_found: problemOf(404, 'Merge not found', 'Объединение не найдено',
    'There is no merge {id}.', 'Объединение {id} не найдено.'),
  already_undone: problemOf(409, 'Already undone', 'Уже отменено',
    'The merge {id} is already undone.', 'Объединение {id} уже отменено.'),
  later_merge: problemOf(409, 'A later merge comes first', 'Сначала отмените более позднее объединение',
    'Undo the merge {first} before the merge {id}.', 'Сначала отмените объединение {first}, затем {id}.'),
  merge_outdated: problemOf(409, 'Merge too old', 'Объединение слишком старое',
    'The merge {id} cannot be undone, because its history was deleted.', 'Объединение {id} отменить нельзя: его история удалена.'),
}

/** The faults of merges. */
// biome-ignore format: a table is read by rows
export const mergingFaults = {
  joined_values: say('The values of {name} are joined. They cannot be chosen.', 'Значения поля {name} объединяются, выбрать из них нельзя.'),
  chosen_together: say('{name} and {other} must come from the same record.', 'Поля {name} и {other} должны быть из одной записи.'),
}
