import { problemOf, say } from '../../errors/code-text.ts'

/** The problems of copies of records. */
// biome-ignore format: a table is read by rows
export const copyProblems = {
  type_has_records: problemOf(409, 'Type has records', 'Записи уже есть',
    '{type} already has records. With keep=ids, records can only be imported into an empty type.', '«{type}»: записи уже есть. С keep=ids импортировать можно только в пустой тип.'),
}

/** The faults of copies of records. */
// biome-ignore format: a table is read by rows
export const copyFaults = {
  raw_export_required: say('With keep=ids, the file must be an export in raw mode with the column id. See the column {name}.', 'С keep=ids нужен файл экспорта в режиме raw со столбцом id. См. столбец {name}.'),
  invalid_copied_id: say('There is no valid id in line {line}.', 'В строке {line} нет правильного id.'),
  other_parity: say('Ids must be {parity} in this database. See line {line}.', 'В этой базе другая чётность id ({parity}). См. строку {line}.'),
  taken_id: say('Another record has this id.', 'Этот id занят другой записью.'),
}
