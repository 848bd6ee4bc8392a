import { problemOf, say } from '../../errors/code-text.ts'

/** The faults of saved mappings. */
// biome-ignore format: a table is read by rows
export const mappingFaults = {
  lost_duplicate_key: say('The saved mapping {name} compares a field that was deleted, or that you cannot use. Save its `duplicates` again, or send `duplicateAction` and `duplicateKeys` in the query.',
    'Сопоставление «{name}» сравнивает поле, которое удалено или вам недоступно. Сохраните его `duplicates` заново или передайте `duplicateAction` и `duplicateKeys` в строке запроса.'),
}

/** The problems of saved mappings. */
// biome-ignore format: a table is read by rows
export const mappingProblems = {
  mapping_not_found: problemOf(404, 'Mapping not found', 'Сопоставление не найдено',
    'There is no saved mapping {id}.', 'Сохранённое сопоставление {id} не найдено.'),
  mapping_of_another_user: problemOf(403, 'Mapping of another user', 'Чужое сопоставление',
    'Only the user who saved the mapping {id}, and administrators, can change it.', 'Изменить сопоставление {id} может только тот, кто его сохранил, и администратор.'),
  mapping_exists: problemOf(409, 'Mapping already exists', 'Сопоставление уже существует',
    'There is already a saved mapping with the name {name}.', 'Сопоставление с названием «{name}» уже существует.'),
}
