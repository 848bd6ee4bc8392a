import { problemOf } from '../../errors/code-text.ts'

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
