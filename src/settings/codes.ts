import { say } from '../errors/code-text.ts'

/** The faults of settings. Some are warnings in an answer. */
// biome-ignore format: a table is read by rows
export const settingFaults = {
  base_currency_changed: say('Neither rates nor amounts of records were recalculated. Enter the rates of all currencies again, relative to the new base currency.', 'Ни курсы, ни суммы записей не пересчитаны. Введите курсы всех валют заново, относительно новой базовой валюты.'),
  invalid_country: say('Unknown country. Use a code such as RU.', 'Неизвестная страна. Используйте код, например RU.'),
}
