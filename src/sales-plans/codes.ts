import { problemOf, say } from '../errors/code-text.ts'

/** The problems of sales plans. */
// biome-ignore format: a table is read by rows
export const salesPlanProblems = {
  sales_plan_not_found: problemOf(404, 'Sales plan not found', 'План продаж не найден',
    'There is no sales plan {id}.', 'План продаж {id} не найден.'),
  sales_plan_exists: problemOf(409, 'Sales plan already exists', 'План продаж уже существует',
    'The sales plan {id} is for the same month, record type and scope. Change it instead.', 'План продаж {id} уже задан на тот же месяц, для того же типа и той же области. Измените его.'),
  sales_plan_forbidden: problemOf(403, 'Sales plan of others', 'Чужой план продаж',
    'You need the settings right, or to be the head of the department that the plan is for, or of a department of its user.',
    'Нужно право на настройки, либо вы должны быть руководителем отдела, для которого план, или отдела его сотрудника.'),
}

/** The faults of sales plans. */
// biome-ignore format: a table is read by rows
export const salesPlanFaults = {
  several_scopes: say('A sales plan is for one pipeline, one department, one user, or the whole company.', 'План продаж задаётся для одной воронки, одного отдела, одного сотрудника или всей компании.'),
}
