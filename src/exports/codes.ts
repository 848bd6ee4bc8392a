import { problemOf } from '../errors/code-text.ts'

/** The problems of exports. */
// biome-ignore format: a table is read by rows
export const exportProblems = {
  export_right_required: problemOf(403, 'Export permission required', 'Требуется право на экспорт',
    'You need the permission "export" for "{type}".', 'Требуется право «экспорт» для «{type}».'),
}
