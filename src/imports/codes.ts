import { problemOf, say } from '../errors/code-text.ts'

/** The problems of imports. */
// biome-ignore format: a table is read by rows
export const importProblems = {
  unsupported_import_format: problemOf(415, 'Unsupported import format', 'Формат не поддерживается',
    '{format} files cannot be imported. Convert the file to CSV.',
    'Файлы {format} не импортируются. Преобразуйте файл в CSV.'),
  activities_not_transferable: problemOf(422, 'Activities not transferable', 'Дела не переносятся',
    'Activities can be neither imported nor exported.', 'Дела нельзя ни импортировать, ни экспортировать.'),
  unsupported_charset: problemOf(415, 'Unsupported charset', 'Кодировка символов не поддерживается',
    'The charset {charset} is not supported. Use one of: {known}.', 'Кодировка {charset} не поддерживается. Используйте одну из: {known}.'),
  too_large_for_raw: problemOf(413, 'File too large for raw cells', 'Файл слишком большой для ячеек без обработки',
    'With `raw=true` the file may have at most {limit} bytes. Leave out `raw`, or send the beginning of the file.',
    'С `raw=true` размер файла — не больше {limit} байт. Не указывайте `raw` или передайте начало файла.'),
  import_type_deleted: problemOf(409, 'Record type of the import deleted', 'Тип записей импорта удалён',
    'The record type of the import {id} was deleted, and its file with it. GET /v1/jobs/{id}/errors lists its errors.',
    'Тип записей импорта {id} удалён, а с ним и файл. Ошибки импорта: GET /v1/jobs/{id}/errors.'),
  job_without_file: problemOf(409, 'Job without an imported file', 'Задание без импортированного файла',
    'Job {id} did not import a file. GET /v1/jobs/{id}/errors lists the errors of any job.',
    'Задание {id} не импортировало файл. Ошибки любого задания: GET /v1/jobs/{id}/errors.'),
}

/** The faults of imports. */
// biome-ignore format: a table is read by rows
export const importFaults = {
  no_known_column: say('No column name matches a field.', 'Ни одно название столбца не соответствует полю.'),
  address_left_out: say('A record has one address. This one was left out.', 'У записи один адрес. Этот пропущен.'),
  currency_conflict: say('The currency of the amount is not that in the column of currencies. Both were left out.', 'Валюта суммы не та, что в столбце валюты. Обе пропущены.'),
  other_currency: say('The cell has another currency than the name of its column. That of the cell was used.', 'Валюта в ячейке не та, что в названии столбца. Взята валюта ячейки.'),
  currency_without_amount: say('The currency was left out, because it has no amount.', 'Валюта пропущена, потому что нет суммы.'),
  unknown_user: say('There is no such user.', 'Пользователь не найден.'),
}
