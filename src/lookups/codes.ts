import { problemOf } from '../errors/code-text.ts'

/** The problems of dictionaries. */
// biome-ignore format: a table is read by rows
export const lookupProblems = {
  dictionary_not_found: problemOf(404, 'Dictionary not found', 'Справочник не найден',
    'There is no dictionary {code}.', 'Справочник {code} не найден.'),
}
