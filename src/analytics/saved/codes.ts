import { problemOf } from '../../errors/code-text.ts'

/** The problems of saved reports and dashboards. */
// biome-ignore format: a table is read by rows
export const savedProblems = {
  saved_report_not_found: problemOf(404, 'Saved report not found', 'Сохранённый отчёт не найден',
    'There is no saved report {id}.', 'Сохранённый отчёт {id} не найден.'),
  dashboard_not_found: problemOf(404, 'Dashboard not found', 'Дашборд не найден',
    'There is no dashboard {id}.', 'Дашборд {id} не найден.'),
  saved_report_unavailable: problemOf(422, 'Saved report unavailable', 'Сохранённый отчёт недоступен',
    'The report names something that does not exist or that you may not read.', 'В отчёте указано то, чего нет или что вам недоступно.'),
  owned_by_another_user: problemOf(403, 'Owned by another user', 'Принадлежит другому пользователю',
    'Only the owner and administrators of the CRM can change this.', 'Изменить это может только владелец или администратор CRM.'),
}
