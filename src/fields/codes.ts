import { say } from '../errors/code-text.ts'

/** The faults of values and of operands. */
// biome-ignore format: a table is read by rows
export const fieldFaults = {
  two_primaries: say('Only one value can be primary.', 'Основным может быть только одно значение.'),
  unknown_item: say('The record does not have this value.', 'У записи нет такого значения.'),
  unknown_pipeline: say('There is no pipeline {id}.', 'Воронка {id} не найдена.'),
  too_precise: say('Must have at most {limit} decimal places.', 'Не больше {limit} знаков после запятой.'),
  ambiguous_number: say('Other cells of this column contradict each other, so this number has two readings. Say which with numberFormat.', 'Другие ячейки столбца противоречат друг другу, и это число читается двояко. Уточните параметром numberFormat.'),
  ambiguous_date: say('Other cells of this column contradict each other, so this date has two readings. Say which with dateFormat.', 'Другие ячейки столбца противоречат друг другу, и эта дата читается двояко. Уточните параметром dateFormat.'),
  day_number: say('A spreadsheet has changed this date to a number, but not the others of the column. Format the column as dates.', 'Таблица превратила эту дату в число, а другие даты столбца — нет. Задайте столбцу формат даты.'),
  invalid_phone: say('Must be a valid phone number.', 'Укажите правильный номер телефона.'),
  spoilt_phone: say('A spreadsheet has changed this phone number to a number, so digits may be lost. Format the column as text and enter the phone again.', 'Таблица превратила телефон в число, цифры могли потеряться. Задайте столбцу текстовый формат и введите телефон заново.'),
  several_phones: say('The cell seems to contain several phone numbers. Check how they were separated.', 'В ячейке, похоже, несколько телефонов. Проверьте, как они разделены.'),
  no_digits: say('Part of a phone number must contain digits.', 'Часть номера телефона должна содержать цифры.'),
  invalid_pattern: say('Must be a valid regular expression.', 'Укажите правильное регулярное выражение.'),
  pattern_not_supported: say('The pattern is too large, or uses lookaround, a backreference, a script property or more than 1000 repetitions.', 'Шаблон слишком велик или использует просмотр вперёд или назад, обратную ссылку, свойство письменности или больше 1000 повторений.'),
  external_id_expected: say('Must be a source and a key, such as amo:77.', 'Укажите источник и ключ, например amo:77.'),
  record_key_expected: say('Must be the prefix of a record type and an id, such as {example}.', 'Укажите префикс типа и номер записи, например {example}.'),
  file_too_large: say('The file must not be larger than {limit} bytes.', 'Размер файла — не больше {limit} байт.'),
  extension_not_allowed: say('Files with this extension are not allowed.', 'Файлы с таким расширением не допускаются.'),
  two_expected: say('Provide two values: the minimum and the maximum.', 'Укажите два значения: минимум и максимум.'),
  null_operand: say('Values cannot be compared with null. Use the operator isEmpty.', 'Сравнивать с null нельзя. Используйте оператор isEmpty.'),
  empty_fragment: say('The text to look for is empty.', 'Искомый текст пуст.'),
  list_too_long: say('A list can have at most {limit} values.', 'В списке может быть не больше {limit} значений.'),
}
