import { say } from '../errors/code-text.ts'

/** The faults of reporting periods. */
// biome-ignore format: a table is read by rows
export const periodFaults = {
  unknown_period: say('There is no period {name}.', 'Неизвестный период {name}.'),
  period_or_dates: say('Send either `period`, or `from` and `to`.', 'Передайте либо `period`, либо `from` и `to`.'),
  period_incomplete: say('A period needs both `from` and `to`.', 'Период задаётся двумя значениями: `from` и `to`.'),
  invalid_period_limit: say('Must be a date such as 2026-01-31 or a timestamp such as 2026-01-31T09:00:00Z.', 'Укажите дату, например 2026-01-31, или дату и время, например 2026-01-31T09:00:00Z.'),
  period_ends_too_early: say('The period must end after it begins. `to` is not part of it.', 'Период должен заканчиваться позже, чем начинается. Само значение `to` в него не входит.'),
  period_too_long: say('A period can be at most {limit} years long.', 'Период не может быть длиннее {limit} лет.'),
}
