import { problemOf, say } from '../../errors/code-text.ts'

/** The problems of analytics. */
// biome-ignore format: a table is read by rows
export const analyticsProblems = {
  analytics_limit_exceeded: problemOf(403, 'Analytics limit exceeded', 'Превышен лимит аналитики',
    'The plan allows analytics for at most {limit} records of a type. There are {count}.',
    'По тарифу аналитика доступна, пока записей этого типа не больше {limit}. Сейчас их {count}.'),
  query_too_slow: problemOf(422, 'Query too slow', 'Слишком долгий запрос',
    'Calculating took longer than {seconds} s. Add conditions, or ask for fewer groups and measures.',
    'Расчёт занял больше {seconds} с. Добавьте условия или запросите меньше групп и показателей.'),
}

/** The faults of analytics. */
// biome-ignore format: a table is read by rows
export const analyticsFaults = {
  not_groupable: say('Cannot group by {name}.', 'Нельзя группировать по {name}.'),
  not_measurable: say('Cannot calculate {fn} of {name}.', 'Нельзя рассчитать {fn} по {name}.'),
  several_linked: say('A record can have several links of this kind, so {name} has no single value.',
    'Таких связей у записи может быть несколько, поэтому у {name} нет единственного значения.'),
  other_scale: say('Both fields of a duration must be dates, or both must be timestamps.',
    'Для длительности нужны две даты или два момента времени.'),
  amounts_by_currency: say('{name} has amounts in several currencies, which cannot be compared.',
    '{name} — суммы в разных валютах, их нельзя сравнивать.'),
}
