import { problemOf, say } from '../errors/code-text.ts'

/** The problems of currencies. */
// biome-ignore format: a table is read by rows
export const currencyProblems = {
  currency_not_found: problemOf(404, 'Currency not found', 'Валюта не найдена',
    'There is no currency {code}.', 'Валюта {code} не найдена.'),
  currency_exists: problemOf(409, 'Currency already exists', 'Валюта уже существует',
    'There is already a currency {code}.', 'Валюта {code} уже существует.'),
  currency_chosen: problemOf(409, 'Currency chosen in the settings', 'Валюта выбрана в настройках',
    '{code} is the currency of the settings {settings}. Choose another one there first.', 'Валюта {code} выбрана в настройках {settings}. Сначала выберите там другую.'),
  currency_in_use: problemOf(409, 'Currency in use', 'Валюта используется',
    'Records, sales plans or defaults of fields have the currency {code}.', 'Валюта {code} используется в записях, в планах продаж или в значениях полей по умолчанию.'),
  rate_not_found: problemOf(404, 'Rate not found', 'Курс не найден',
    'The currency {code} has no rate of {date}.', 'У валюты {code} нет курса на {date}.'),
  base_currency_rate: problemOf(409, 'Rate of the base currency', 'Курс базовой валюты',
    '{code} is the base currency. Its rate is always 1.', 'Валюта {code} базовая. Её курс всегда равен 1.'),
  rates_missing: problemOf(422, 'Rates missing', 'Нет курсов',
    'There are no rates of currencies on some days: {rates}. Add a rate of that day or an earlier one.', 'Нет курсов валют на некоторые дни: {rates}. Добавьте курс на этот день или на более ранний.'),
}

/** The faults of currencies. */
// biome-ignore format: a table is read by rows
export const currencyFaults = {
  two_readings: say('The cells of this column can be read in two ways. Say which with {parameter}.', 'Ячейки этого столбца читаются двояко. Уточните параметром {parameter}.'),
}
