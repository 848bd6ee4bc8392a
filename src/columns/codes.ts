import { say } from '../errors/code-text.ts'

/** The faults of mapping the columns of a file. */
// biome-ignore format: a table is read by rows
export const columnFaults = {
  unknown_column: say('The file has no such column. It has {columns} columns.', 'В файле нет такого столбца. Всего столбцов: {columns}.'),
  ambiguous_column: say('Several columns have this name. Use a position instead: {places}.',
    'Столбцов с таким названием несколько. Укажите номер: {places}.'),
  column_mapped_twice: say('This column is already mapped.', 'Этот столбец уже сопоставлен.'),
  field_mapped_twice: say('Another column is already mapped to {field}.', 'С полем {field} уже сопоставлен другой столбец.'),
}
