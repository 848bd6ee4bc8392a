import { problemOf, say } from '../errors/code-text.ts'

/** The problems of duplicates. */
// biome-ignore format: a table is read by rows
export const duplicateProblems = {
  duplicate_group_not_found: problemOf(404, 'Group not found', 'Группа не найдена',
    'There is no group of duplicates {id}.', 'Группа дубликатов {id} не найдена.'),
  duplicate_found: problemOf(409, 'Duplicate found', 'Найден дубликат',
    'There is a {type} like this already: {ids}. Send `onDuplicate=allow` to create it all the same.', 'Похожая запись ({type}) уже есть: {ids}. Чтобы всё равно создать её, передайте `onDuplicate=allow`.'),
  duplicates_not_supported: problemOf(422, 'No search for duplicates', 'Дубликаты не ищутся',
    'Records of the type {type} are not searched for duplicates. For a smart process, switch on the feature `duplicates`.', 'Среди записей типа {type} дубликаты не ищутся. Для смарт-процесса включите возможность `duplicates`.'),
}

/** The faults of duplicates. */
// biome-ignore format: a table is read by rows
export const duplicateFaults = {
  not_comparable: say('Values of this field cannot be compared, or they are compared anyway.', 'Значения этого поля нельзя сравнить, или они сравниваются и так.'),
  no_automatic_merging: say('Records of smart processes are not merged automatically.', 'Элементы смарт-процессов не объединяются автоматически.'),
  undone_too_often: say('Automatic merging stopped: {undone} of its last {of} merges were undone. Switch `autoMerge` on again to continue.', 'Автоматическое объединение остановлено: отменены {undone} из последних {of} объединений. Чтобы продолжить, снова включите `autoMerge`.'),
  draft_or_id: say('Send either data or id.', 'Передайте либо data, либо id.'),
}
