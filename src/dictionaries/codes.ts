import { problemOf, say } from '../errors/code-text.ts'

/** The problems of dictionaries. */
// biome-ignore format: a table is read by rows
export const dictionaryProblems = {
  dictionary_not_found: problemOf(404, 'Dictionary not found', 'Справочник не найден',
    'There is no dictionary {code}.', 'Справочник {code} не найден.'),
  dictionary_exists: problemOf(409, 'Dictionary already exists', 'Справочник уже существует',
    'There is already a dictionary {code}.', 'Справочник {code} уже существует.'),
  dictionary_in_use: problemOf(409, 'Dictionary in use', 'Справочник используется',
    'Fields use the dictionary {code}. Delete these fields first.', 'Справочник {code} используется в полях. Сначала удалите эти поля.'),
  entry_not_found: problemOf(404, 'Entry not found', 'Значение не найдено',
    'There is no entry {code} in the dictionary {dictionary}.', 'В справочнике {dictionary} нет значения {code}.'),
  entry_exists: problemOf(409, 'Entry already exists', 'Значение уже существует',
    'The dictionary {dictionary} already has an entry {code}.', 'В справочнике {dictionary} уже есть значение {code}.'),
  entry_in_use: problemOf(409, 'Entry in use', 'Значение используется',
    'Records use the entry {code}. Pass `replaceWith` to give them another entry.', 'Значение {code} используется в записях. Передайте `replaceWith`, чтобы заменить его другим.'),
  system_entry: problemOf(409, 'System entry', 'Системное значение',
    'The entry {code} belongs to the system. You can rename it, but not delete it.', 'Значение {code} системное. Его можно переименовать, но нельзя удалить.'),
}

/** The faults of dictionaries. */
// biome-ignore format: a table is read by rows
export const dictionaryFaults = {
  missing_entries: say('Name all entries of the dictionary.', 'Укажите все значения справочника.'),
}
