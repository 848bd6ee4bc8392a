import { problemOf } from '../../errors/code-text.ts'

/** The problems of scheduled reports. */
// biome-ignore format: a table is read by rows
export const scheduleProblems = {
  report_rights_differ: problemOf(403, 'Report of other rights', 'Отчёт с другими правами',
    'The report was calculated with other rights than you or this key have now. Calculate it again.', 'Отчёт рассчитан не с теми правами, которые сейчас есть у вас или у этого ключа. Рассчитайте его заново.'),
}
