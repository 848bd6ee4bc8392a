import { problemOf, say } from '../errors/code-text.ts'

/** The problems of files. */
// biome-ignore format: a table is read by rows
export const fileProblems = {
  file_not_found: problemOf(404, 'File not found', 'Файл не найден',
    'There is no file {id}.', 'Файл {id} не найден.'),
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
  empty_file: say('The file is empty.', 'Файл пуст.'),
}

/** The word for files. */
export const fileWords = {
  file: say('file', 'Файл'),
}
