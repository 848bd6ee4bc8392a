import { say } from '../errors/code-text.ts'

/** The faults of reporting periods and of conditions about them. */
// biome-ignore format: a table is read by rows
export const periodFaults = {
  unknown_period: say('There is no period {name}.', 'Неизвестный период {name}.'),
  period_or_dates: say('Send either `period`, or `from` and `to`.', 'Передайте либо `period`, либо `from` и `to`.'),
  period_incomplete: say('A period needs both `from` and `to`.', 'Период задаётся двумя значениями: `from` и `to`.'),
  invalid_period_limit: say('Must be a date such as 2026-01-31 or a timestamp such as 2026-01-31T09:00:00Z.', 'Укажите дату, например 2026-01-31, или дату и время, например 2026-01-31T09:00:00Z.'),
  period_ends_too_early: say('The period must end after it begins. `to` is not part of it.', 'Период должен заканчиваться позже, чем начинается. Само значение `to` в него не входит.'),
  period_too_long: say('A period can be at most {limit} years long.', 'Период не может быть длиннее {limit} лет.'),
  unknown_event: say('There is no event {name}.', 'Неизвестное событие {name}.'),
  event_needs_stages: say('Records of this type have no stages, so {event} cannot happen to them.', 'У записей этого типа нет стадий, поэтому событие {event} для них невозможно.'),
  event_needs_client: say('Records of this type have no client, so {event} cannot happen to them.', 'У записей этого типа нет клиента, поэтому событие {event} для них невозможно.'),
  unknown_event_stage: say('No pipeline of this type has a stage {id}.', 'Ни в одной воронке этого типа нет стадии {id}.'),
}
