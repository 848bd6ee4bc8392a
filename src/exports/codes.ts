import { problemOf, say } from '../errors/code-text.ts'

/** The problems of exports. */
// biome-ignore format: a table is read by rows
export const exportProblems = {
  export_right_required: problemOf(403, 'Export permission required', 'Требуется право на экспорт',
    'You need the permission "export" for "{type}".', 'Требуется право «экспорт» для «{type}».'),
  export_requires_list_view: problemOf(422, 'Only lists can be exported', 'Экспортировать можно только список',
    'Only the view "list" can be exported, not "{view}". Switch to the list.', 'Экспортировать можно только из режима просмотра «Список» (list), а не «{view}». Переключитесь на список.'),
  export_fields_hidden: problemOf(403, 'File has hidden fields', 'В файле есть скрытые поля',
    'The file has fields that you may no longer read. Start a new export.', 'В файле есть поля, которые вам больше не видны. Запустите экспорт заново.'),
}

/** The faults of exports. */
// biome-ignore format: a table is read by rows
export const exportFaults = {
  duplicate_column: say('The column {name} occurs twice.', 'Столбец {name} указан дважды.'),
  unicode_required: say('Mode raw loses no character, so its encoding must be Unicode.', 'В режиме raw символы не теряются, поэтому нужна кодировка Unicode.'),
  export_took_too_long: say('The export took longer than {minutes} minutes. Choose fewer records or columns.', 'Экспорт занял больше {minutes} мин. Выберите меньше записей или столбцов.'),
}
