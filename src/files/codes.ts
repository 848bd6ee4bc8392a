import { problemOf, say } from '../errors/code-text.ts'

/** The problems of files. */
// biome-ignore format: a table is read by rows
export const fileProblems = {
  malformed_part: problemOf(400, 'Malformed form part', 'Неверная часть формы',
    'A part of the form that contains JSON, such as `options`, is not valid JSON in UTF-8.',
    'Часть формы, которая содержит JSON (например, `options`), не является JSON в кодировке UTF-8.'),
  file_not_found: problemOf(404, 'File not found', 'Файл не найден',
    'There is no file {id}.', 'Файл {id} не найден.'),
  job_file_not_found: problemOf(404, 'Job has no file', 'У задания нет файла',
    'The job {id} has no file. Completed exports and scheduled reports have one for {days} days.', 'У задания {id} нет файла. У выполненных экспортов и отчётов по расписанию файл хранится {days} дней.'),
  invalid_link: problemOf(404, 'Invalid link', 'Недействительная ссылка',
    'This link was changed or has expired. Create a new one.', 'Ссылка изменена или устарела. Создайте новую.'),
  in_use: problemOf(409, 'In use', 'Используется',
    '{what} is in use and cannot be deleted. Remove it from all records first.', '«{what}» используется, удалить нельзя. Сначала уберите его из всех записей.'),
  range_not_satisfiable: problemOf(416, 'Range not satisfiable', 'Недопустимый диапазон',
    'The range is outside the file, which has {size} bytes.', 'Диапазон выходит за пределы файла размером {size} байт.'),
  file_store_unavailable: problemOf(503, 'File store unavailable', 'Хранилище файлов недоступно',
    'Files cannot be stored or read right now. Try again later.', 'Сейчас нельзя сохранить или прочитать файлы. Повторите позже.'),
}

/** The faults of files. */
// biome-ignore format: a table is read by rows
export const fileFaults = {
  duplicate_part: say('The form may have this part only once.', 'Эта часть формы допускается только один раз.'),
  empty_file: say('The file is empty.', 'Файл пуст.'),
}

/** The word for files. */
export const fileWords = {
  file: say('file', 'Файл'),
}
