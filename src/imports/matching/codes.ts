import { say } from '../../errors/code-text.ts'

/** The faults of rows whose records are not found, or exist already. */
// biome-ignore format: a table is read by rows
export const matchingFaults = {
  incomplete_value: say('Left out, because another part is missing: {part}.', 'Пропущено, потому что нет другой части: {part}.'),
  no_right: say('You need the permission "{operation}" for "{type}".', 'Требуется право «{operation}» для «{type}».'),
  unknown_record: say('No record matches.', 'Подходящей записи нет.'),
  different_records: say('The columns name different records: {ids}.', 'Столбцы называют разные записи: {ids}.'),
  kept_as_text: say('No record matches. The name was kept as a text.', 'Подходящей записи нет. Название сохранено как текст.'),
  ambiguous_record: say('Several records match: {ids}.', 'Подходит несколько записей: {ids}.'),
  not_created: say('No record matches. It was not created, because it needs other values as well.',
    'Подходящей записи нет. Она не создана: ей нужны и другие значения.'),
  duplicate_skipped: say('Skipped as a duplicate of {ids}.', 'Пропущено: дубликат записи {ids}.'),
  duplicate_of_row: say('Skipped as a duplicate of row {row}.', 'Пропущено: дубликат строки {row}.'),
  ambiguous_in_file: say('Several records or earlier rows are duplicates of this row.',
    'Несколько записей или предыдущих строк — дубликаты этой строки.'),
  ambiguous_duplicate: say('Several records are duplicates of this row: {ids}.', 'Несколько записей — дубликаты этой строки: {ids}.'),
  repeated_number: say('An earlier row of the file has this number as well.', 'Этот номер есть и в одной из предыдущих строк файла.'),
  further_row_of_row: say('A further row of the record of row {row}.', 'Ещё одна строка записи из строки {row}.'),
  further_row: say('A further row of the record {ids}.', 'Ещё одна строка записи {ids}.'),
}
