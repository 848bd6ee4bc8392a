import { problemOf } from '../../errors/code-text.ts'

/** The problems of saved mappings. */
// biome-ignore format: a table is read by rows
export const mappingProblems = {
  mapping_not_found: problemOf(404, 'Mapping not found', 'Сопоставление не найдено',
    'There is no saved mapping {id}.', 'Сохранённое сопоставление {id} не найдено.'),
  mapping_exists: problemOf(409, 'Mapping already exists', 'Сопоставление уже существует',
    'There is already a saved mapping with the name {name}.', 'Сопоставление с названием «{name}» уже существует.'),
}
