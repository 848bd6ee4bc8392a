import { problemOf, say } from '../errors/code-text.ts'

/** The problems of settings and dictionaries. */
// biome-ignore format: a table is read by rows
export const settingProblems = {
  dictionary_not_found: problemOf(404, 'Dictionary not found', 'Справочник не найден',
    'There is no dictionary {code}.', 'Нет справочника {code}.'),
}

/** The faults of settings and dictionaries. */
// biome-ignore format: a table is read by rows
export const settingFaults = {
  invalid_country: say('Unknown country.', 'Неизвестная страна.'),
}
