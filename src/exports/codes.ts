import { problemOf } from '../errors/code-text.ts'

/** The problems of exports. */
// biome-ignore format: a table is read by rows
export const exportProblems = {
  export_right_required: problemOf(403, 'Export permission required', 'Требуется право на экспорт',
    'You need the permission "export" for "{type}".', 'Требуется право «экспорт» для «{type}».'),
  export_requires_list_view: problemOf(422, 'Only lists can be exported', 'Экспортировать можно только список',
    'Only the view "list" can be exported, not "{view}". Switch to the list.', 'Экспортировать можно только из режима просмотра «Список» (list), а не «{view}». Переключитесь на список.'),
}
