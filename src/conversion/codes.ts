import { problemOf, say } from '../errors/code-text.ts'

/** The problems of conversions and copies. */
// biome-ignore format: a table is read by rows
export const conversionProblems = {
  already_converted: problemOf(409, 'Already converted', 'Уже сконвертирован',
    'The lead {id} is already converted. See conversion for what was made of it.', 'Лид {id} уже сконвертирован. Что из него создано — в conversion.'),
  not_converted: problemOf(404, 'Not converted', 'Не сконвертирован',
    'The lead {id} is not converted.', 'Лид {id} не сконвертирован.'),
  conversion_in_use: problemOf(409, 'Conversion in use', 'Результаты используются',
    'Other records depend on what was made of the lead {id}. See dependents.', 'От созданного из лида {id} зависят другие записи. Они перечислены в dependents.'),
}

/** The faults of conversions and copies. */
// biome-ignore format: a table is read by rows
export const conversionFaults = {
  field_does_not_fit: say('{name} cannot hold the values of {from}: the fields are of different kinds.', '{name} не может хранить значения {from}: у полей разный вид.'),
  not_copied_to: say('A {type} cannot be copied to a {to}.', 'Запись «{type}» нельзя скопировать в «{to}».'),
  repeat_lead_to_deal: say('A repeat lead can only be converted to a deal.', 'Повторный лид конвертируется только в сделку.'),
}
