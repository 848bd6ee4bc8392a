import type { Labels } from './language.ts'

function say(en: string, ru: string): Labels {
  return { en, ru }
}

/**
 * The closed list of faults that one value of a request may have, with what is told about it; `{name}` is by default
 * the last part of the pointer or the parameter.
 */
// biome-ignore format: a table is read by rows
export const faultCodes = {
  // Names
  unknown_field: say('There is no field {name}.', 'Нет поля {name}.'),
  unknown_parameter: say('There is no parameter {name}.', 'Нет параметра {name}.'),
  unknown_value: say('This is not one of the allowed values.', 'Это не одно из допустимых значений.'),
  unknown_operator: say('There is no operator {name}.', 'Нет оператора {name}.'),
  unknown_stage: say('There is no stage {id} in this pipeline.', 'В этой воронке нет стадии {id}.'),
  unknown_pipeline: say('There is no pipeline {id}.', 'Нет воронки {id}.'),
  unknown_type: say('There is no type {name}.', 'Нет типа {name}.'),
  unknown_column: say('There is no column {name}.', 'Нет столбца {name}.'),
  unknown_reference: say('No operation is called {name}.', 'Ни одна операция не называется {name}.'),
  forward_reference: say('{name} is a later operation; put it before this one.', 'Операция {name} идёт позже; поставьте её раньше этой.'),
  reference_mismatch: say('{name} does not leave a record of the type {type}.', 'После {name} нет записи типа «{type}».'),
  not_found_reference: say('There is no {type} {id}.', 'Нет записи «{type}» {id}.'),
  merged_record: say('The {type} {id} was merged into {survivor}.', 'Запись «{type}» {id} объединена с {survivor}.'),
  not_own_company: say('This is none of the own companies.', 'Это не одна из своих компаний.'),
  duplicate_parameter: say('The parameter {name} may be given once.', 'Параметр {name} можно указать один раз.'),
  duplicate_field: say('{name} is named twice.', '{name} указано дважды.'),
  // Presence
  required: say('A value is required.', 'Нужно значение.'),
  condition_required: say(
    'Give at least one condition, or `all: true` for every record.',
    'Нужно хотя бы одно условие или `all: true` для всех записей.',
  ),
  name_required: say('A first or a last name is required.', 'Нужно имя или фамилия.'),
  identity_required: say('A name, a phone or an e-mail is required.', 'Нужно имя, телефон или e-mail.'),
  read_only: say('This is read-only.', 'Это доступно только для чтения.'),
  immutable: say('This cannot be changed once it is set.', 'Это нельзя изменить после создания.'),
  not_allowed_here: say('This cannot be given here.', 'Здесь этого указать нельзя.'),
  no_right: say('You have no right to do this.', 'У вас нет на это права.'),
  // Types and sizes
  invalid_type: say('Expected: {expected}.', 'Ожидается: {expected}.'),
  invalid_value: say('The value is wrong.', 'Неверное значение.'),
  invalid_parameter: say('The parameter {name} is wrong.', 'Неверный параметр {name}.'),
  invalid_format: say('The value is not written as {format}.', 'Значение записано не в виде {format}.'),
  too_long: say('Too long; the greatest length is {limit}.', 'Слишком длинно; длина не больше {limit}.'),
  too_short: say('Too short; the least length is {limit}.', 'Слишком коротко; длина не меньше {limit}.'),
  too_many: say('Too many; at most {limit}.', 'Слишком много; не больше {limit}.'),
  too_many_keys: say('An object can have at most {limit} keys.', 'В объекте может быть не больше {limit} ключей.'),
  too_many_values: say('The body can have at most {limit} values. Send several requests.', 'В теле запроса может быть не больше {limit} значений. Отправьте несколько запросов.'),
  too_few: say('Too few; at least {limit}.', 'Слишком мало; не меньше {limit}.'),
  out_of_range: say('From {min} to {max}.', 'От {min} до {max}.'),
  too_small: say('At least {min}.', 'Не меньше {min}.'),
  too_large: say('At most {max}.', 'Не больше {max}.'),
  not_a_multiple: say('A multiple of {step} is expected.', 'Ожидается кратное {step}.'),
  too_precise: say('At most {limit} digits after the point.', 'Не больше {limit} знаков после точки.'),
  not_a_number: say('This is not a number.', 'Это не число.'),
  decimal_as_number: say('Write it as a string, like "2.50", so that it stays exact.', 'Запишите строкой, например "2.50", чтобы число осталось точным.'),
  duplicate_value: say('The same value is given twice.', 'Одно и то же значение указано дважды.'),
  two_primaries: say('Only one may be primary.', 'Главным может быть только одно значение.'),
  // Spelling
  invalid_date: say('A date is expected, like 2026-01-31.', 'Ожидается дата, например 2026-01-31.'),
  invalid_datetime: say('A moment is expected, like 2026-01-31T09:00:00Z.', 'Ожидается момент, например 2026-01-31T09:00:00Z.'),
  outlives_parent: say('A key may not outlive the key that makes it: until {at} at the latest.', 'Ключ не может действовать дольше того, которым он создан: не позже {at}.'),
  not_in_future: say('A moment in the future is expected.', 'Ожидается момент в будущем.'),
  invalid_time: say('A time is expected, like 09:00.', 'Ожидается время, например 09:00.'),
  invalid_decimal: say('A decimal number is expected, like "2.50".', 'Ожидается десятичное число, например "2.50".'),
  invalid_integer: say('A whole number is expected.', 'Ожидается целое число.'),
  invalid_email: say('This is not an e-mail address.', 'Это не адрес электронной почты.'),
  invalid_phone: say('This is not a phone number.', 'Это не номер телефона.'),
  invalid_url: say('This is not a web address.', 'Это не адрес в интернете.'),
  invalid_time_zone: say('There is no such time zone; one looks like Europe/Moscow.', 'Нет такого часового пояса; пример: Europe/Moscow.'),
  invalid_currency: say('There is no such currency.', 'Нет такой валюты.'),
  invalid_country: say('There is no such country.', 'Нет такой страны.'),
  invalid_encoding: say('There is no such encoding.', 'Нет такой кодировки.'),
  invalid_code: say('A code has lower-case Latin letters, digits and _, and begins with a letter.', 'Код состоит из строчных латинских букв, цифр и _, первой идёт буква.'),
  invalid_characters: say('The text has characters that cannot be stored.', 'В тексте есть символы, которые нельзя сохранить.'),
  broken_encoding: say('The percent-encoding of {name} is broken; the sign % itself is written %25.', 'Процентное кодирование {name} нарушено; сам знак % записывается как %25.'),
  pattern_mismatch: say('The value does not have the expected form.', 'Значение записано не так, как ожидается.'),
  invalid_pattern: say('This is not a valid regular expression.', 'Это не регулярное выражение.'),
  pattern_not_supported: say('The pattern is too large, or uses lookaround, a backreference, a script property or more than 1000 repetitions.', 'Шаблон слишком велик или использует просмотр вперёд или назад, обратную ссылку, свойство письменности или больше 1000 повторений.'),
  // Queries
  no_letters_or_digits: say('There is nothing here to search for: letters or digits are needed.', 'Искать здесь нечего: нужны буквы или цифры.'),
  kept_by_cursor: say('A cursor keeps {name}; leave it out, or as it was.', 'Курсор сохраняет {name}; не указывайте это или оставьте прежним.'),
  not_sortable: say('Sorting by {name} is not possible.', 'Сортировать по {name} нельзя.'),
  not_filterable: say('Filtering by {name} is not possible.', 'Фильтровать по {name} нельзя.'),
  not_facetable: say('Records cannot be counted by {name}: it may have too many values.', 'По {name} посчитать записи нельзя: у поля может быть слишком много значений.'),
  not_expandable: say('{name} cannot be expanded.', '{name} нельзя раскрыть.'),
  operator_not_supported: say('The operator {operator} does not fit this field.', 'Оператор {operator} не подходит к этому полю.'),
  only_parts: say('{name} has parts; name one of them.', '{name} состоит из частей; назовите одну из них.'),
  only_whole: say('{name} is a part and cannot be chosen by itself.', '{name} — часть поля, отдельно её выбрать нельзя.'),
  invalid_filter: say('A condition is written filter[field]=value or filter[field][operator]=value.', 'Условие записывается filter[поле]=значение или filter[поле][оператор]=значение.'),
  one_expected: say('Exactly one of these is expected: {names}.', 'Ожидается ровно одно из этого: {names}.'),
  empty_item: say('An item of the list is empty; an empty text is written "".', 'Элемент списка пуст; пустой текст записывается как "".'),
  broken_quotes: say('Quotes stand around a whole item, and a quote within is doubled.', 'Кавычки охватывают элемент целиком, а кавычка внутри удваивается.'),
  empty_fragment: say('There is nothing here to look for.', 'Здесь нечего искать.'),
  no_digits: say('A part of a phone number has digits.', 'В части номера телефона есть цифры.'),
  two_expected: say('Two values are expected, the least and the greatest.', 'Ожидаются два значения: наименьшее и наибольшее.'),
  null_operand: say('Nothing is compared with null; the operator isEmpty finds what is empty.', 'С null ничего не сравнивают; пустое находит оператор isEmpty.'),
  filter_too_deep: say('Conditions may be nested at most {limit} deep.', 'Вложенность условий не больше {limit}.'),
  filter_too_large: say('At most {limit} conditions.', 'Не больше {limit} условий.'),
  list_too_long: say('At most {limit} values in a list.', 'Не больше {limit} значений в списке.'),
  // Undoing
  changed_since: say('This was changed since, and is left as it is.', 'С тех пор это изменили; оставлено как есть.'),
  referred_to: say('Another record refers to this one; it is left as it is.', 'На эту запись ссылается другая; она оставлена как есть.'),
  // Values
  unknown_item: say('The record has no such value.', 'У записи нет такого значения.'),
  duplicate_external_id: say('The key {key} of {source} is taken.', 'Ключ {key} источника {source} занят.'),
  // Files
  unclosed_quote: say('In line {line} a quote is opened and never closed.', 'В строке {line} открыта кавычка, которая не закрыта.'),
  cell_too_long: say('The cell in line {line} is too long; perhaps its quote is never closed.', 'Ячейка в строке {line} слишком длинная; возможно, её кавычка не закрыта.'),
  row_too_long: say('The row in line {line} is too long; perhaps this is no CSV.', 'Строка {line} слишком длинная; возможно, это не CSV.'),
  stray_quote: say('The cell begins with a quote that nothing closes; the quote is taken for text.', 'Ячейка начинается с кавычки, которая нигде не закрыта; кавычка считается текстом.'),
  damaged_text: say('The cell has bytes that are not of the encoding of the file; each is shown as a replacement character.', 'В ячейке есть байты, которых нет в кодировке файла; вместо каждого стоит знак замены.'),
  too_many_cells: say('The row has more cells than the header; perhaps a delimiter stands in a cell without quotes.', 'В строке больше ячеек, чем в заголовке; возможно, в ячейке без кавычек есть разделитель.'),
  unnamed_column: say('A cell stands in a column without a name, and is left out.', 'Ячейка стоит в столбце без названия и пропущена.'),
  empty_file: say('The file is empty.', 'Файл пуст.'),
  file_too_large: say('The file may have at most {limit} bytes.', 'Файл может занимать не больше {limit} байт.'),
  extension_not_allowed: say('A file with this extension is not taken here.', 'Файл с таким расширением здесь не подходит.'),
  no_known_column: say('None of the columns has a known name.', 'Ни один столбец не называется как известное поле.'),
  unknown_user: say('There is no such user.', 'Нет такого пользователя.'),
  // Settings
  too_many_options: say('At most {limit} options.', 'Не больше {limit} вариантов.'),
  option_in_use: say('The option {name} is in use.', 'Вариант {name} используется.'),
  code_taken: say('The code {code} is taken.', 'Код {code} занят.'),
  reserved_code: say('The code {code} is reserved.', 'Код {code} зарезервирован.'),
  circular: say('This would make a circle.', 'Получится замкнутый круг.'),
} as const satisfies Record<string, Labels>

/** A code of the closed list of faults. */
export type FaultCode = keyof typeof faultCodes
