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
  automatic_merging_not_supported: problemOf(422, 'No automatic merging', 'Нет автоматического объединения',
    'Records of the type {type} are not merged automatically. Merge them one by one.', 'Записи типа {type} не объединяются автоматически. Объединяйте их по одной.'),
  automatic_merging_stopped: problemOf(409, 'Automatic merging stopped', 'Автоматическое объединение остановлено',
    'Automatic merging stopped, because several of its last merges were undone. Switch it on again in the settings for duplicates.', 'Автоматическое объединение остановлено: несколько последних объединений отменены. Снова включите его в настройках поиска дубликатов.'),
}

/** The faults of merges. */
// biome-ignore format: a table is read by rows
export const mergingFaults = {
  joined_values: say('The values of {name} are joined. They cannot be chosen.', 'Значения поля {name} объединяются, выбрать из них нельзя.'),
  chosen_together: say('{name} and {other} must come from the same record.', 'Поля {name} и {other} должны быть из одной записи.'),
  group_changed: say('Some of these records were changed, deleted or merged since the scan.', 'С момента поиска часть этих записей изменили, удалили или объединили.'),
  group_dismissed: say('A user said that these records are no duplicates.', 'Пользователь указал, что эти записи не дубликаты.'),
  group_undone: say('A user has undone a merge of these records.', 'Пользователь отменил объединение этих записей.'),
  group_too_large: say('There are too many records for one merge.', 'Слишком много записей для одного объединения.'),
  other_responsible: say('The records have different responsible users.', 'У записей разные ответственные.'),
  other_stage: say('The records are at different stages.', 'Записи на разных стадиях.'),
  values_differ: say('The values differ. A user has to choose.', 'Значения различаются, выбрать должен пользователь.'),
  group_uncertain: say('The records are not similar enough to be merged automatically.', 'Записи недостаточно похожи для автоматического объединения.'),
}
