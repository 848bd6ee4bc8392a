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
  unknown_reference: say('There is no operation named {name}.', 'Нет операции с именем {name}.'),
  forward_reference: say('The operation {name} comes later. Move it before this one.', 'Операция {name} идёт позже. Поставьте её перед этой.'),
  reference_mismatch: say('The operation {name} does not return a {type}.', 'Операция {name} не возвращает запись «{type}».'),
  not_found_reference: say('There is no {type} with id {id}.', 'Запись «{type}» {id} не найдена.'),
  merged_record: say('The {type} {id} was merged into {survivor}. Use {survivor}.', 'Запись «{type}» {id} объединена с {survivor}. Используйте {survivor}.'),
  not_own_company: say('This company is not marked as one of your own companies.', 'Эта компания не отмечена как своя.'),
  duplicate_parameter: say('The parameter {name} may be used only once.', 'Параметр {name} можно указать только один раз.'),
  duplicate_field: say('{name} is named twice.', '{name} указано дважды.'),
  // Presence
  required: say('This value is required.', 'Обязательное значение.'),
  condition_required: say(
    'Give at least one condition, or `all: true` for every record.',
    'Нужно хотя бы одно условие или `all: true` для всех записей.',
  ),
  name_required: say('A first name or a last name is required.', 'Укажите имя или фамилию.'),
  identity_required: say('A name, a phone or an e-mail is required.', 'Нужно имя, телефон или e-mail.'),
  read_only: say('This field is read-only.', 'Поле доступно только для чтения.'),
  immutable: say('This cannot be changed after creation.', 'Это нельзя изменить после создания.'),
  not_allowed_here: say('This is not allowed here.', 'Здесь это указать нельзя.'),
  no_right: say('You do not have permission to do this.', 'У вас нет на это прав.'),
  // Types and sizes
  invalid_type: say('Must be {expected}.', 'Ожидается: {expected}.'),
  invalid_value: say('Invalid value.', 'Неверное значение.'),
  invalid_parameter: say('Invalid parameter {name}.', 'Неверный параметр {name}.'),
  invalid_format: say('Invalid format. Expected {format}.', 'Неверный формат. Ожидается {format}.'),
  too_long: say('Must have at most {limit} characters.', 'Не больше {limit} символов.'),
  too_short: say('Must have at least {limit} characters.', 'Не меньше {limit} символов.'),
  too_many: say('At most {limit} are allowed.', 'Допускается не больше {limit}.'),
  too_many_keys: say('An object can have at most {limit} keys.', 'В объекте может быть не больше {limit} ключей.'),
  too_many_values: say('The body can have at most {limit} values. Send several requests.', 'В теле запроса может быть не больше {limit} значений. Отправьте несколько запросов.'),
  too_few: say('At least {limit} are required.', 'Требуется не меньше {limit}.'),
  out_of_range: say('Must be between {min} and {max}.', 'Должно быть от {min} до {max}.'),
  too_small: say('Must be at least {min}.', 'Должно быть не меньше {min}.'),
  too_large: say('Must be at most {max}.', 'Должно быть не больше {max}.'),
  not_a_multiple: say('Must be a multiple of {step}.', 'Должно быть кратно {step}.'),
  too_precise: say('Must have at most {limit} decimal places.', 'Не больше {limit} знаков после запятой.'),
  not_a_number: say('Must be a number.', 'Должно быть числом.'),
  decimal_as_number: say('Send decimals as strings, for example "2.50", so that they stay exact.', 'Передавайте десятичные числа строкой, например "2.50", чтобы сохранить точность.'),
  duplicate_value: say('The same value appears twice.', 'Значение указано дважды.'),
  two_primaries: say('Only one value can be primary.', 'Основным может быть только одно значение.'),
  // Spelling
  invalid_date: say('Must be a date such as 2026-01-31.', 'Укажите дату, например 2026-01-31.'),
  invalid_datetime: say('Must be a timestamp such as 2026-01-31T09:00:00Z.', 'Укажите дату и время, например 2026-01-31T09:00:00Z.'),
  outlives_parent: say('A key may not outlive the key that makes it: until {at} at the latest.', 'Ключ не может действовать дольше того, которым он создан: не позже {at}.'),
  not_in_future: say('Must be in the future.', 'Должно быть в будущем.'),
  invalid_time: say('Must be a time such as 09:00.', 'Укажите время, например 09:00.'),
  invalid_decimal: say('Must be a decimal such as "2.50".', 'Укажите десятичное число, например "2.50".'),
  invalid_integer: say('Must be a whole number.', 'Должно быть целым числом.'),
  invalid_email: say('Must be a valid e-mail address.', 'Укажите правильный адрес электронной почты.'),
  invalid_phone: say('Must be a valid phone number.', 'Укажите правильный номер телефона.'),
  invalid_url: say('Must be a valid URL.', 'Укажите правильный URL.'),
  invalid_time_zone: say('Unknown time zone. Use a name such as Europe/Moscow.', 'Неизвестный часовой пояс. Используйте название вида Europe/Moscow.'),
  invalid_currency: say('Unknown currency.', 'Неизвестная валюта.'),
  invalid_country: say('Unknown country.', 'Неизвестная страна.'),
  invalid_encoding: say('Unknown encoding.', 'Неизвестная кодировка.'),
  invalid_code: say('Use lower-case Latin letters, digits and _, and start with a letter.', 'Используйте строчные латинские буквы, цифры и _; первой должна быть буква.'),
  invalid_characters: say('The text contains characters that cannot be stored.', 'Текст содержит символы, которые нельзя сохранить.'),
  broken_encoding: say('Invalid percent-encoding in {name}. Write % as %25.', 'Неверное процентное кодирование в {name}. Знак % записывается как %25.'),
  pattern_mismatch: say('The value does not match the required pattern.', 'Значение не соответствует шаблону.'),
  invalid_pattern: say('This is not a valid regular expression.', 'Это не регулярное выражение.'),
  pattern_not_supported: say('The pattern is too large, or uses lookaround, a backreference, a script property or more than 1000 repetitions.', 'Шаблон слишком велик или использует просмотр вперёд или назад, обратную ссылку, свойство письменности или больше 1000 повторений.'),
  // Queries
  no_letters_or_digits: say('Enter letters or digits to search for.', 'Введите буквы или цифры для поиска.'),
  kept_by_cursor: say('The cursor already contains {name}. Omit it or keep it unchanged.', 'Курсор уже содержит {name}. Не указывайте этот параметр или не меняйте его.'),
  not_sortable: say('Cannot sort by {name}.', 'Нельзя сортировать по {name}.'),
  not_filterable: say('Cannot filter by {name}.', 'Нельзя фильтровать по {name}.'),
  not_facetable: say('Cannot use {name} as a facet: it may have too many values.', '{name} нельзя использовать как фасет: у поля может быть слишком много значений.'),
  not_expandable: say('{name} cannot be expanded.', 'Поле {name} нельзя раскрыть.'),
  operator_not_supported: say('The operator {operator} is not supported for this field.', 'Оператор {operator} не поддерживается для этого поля.'),
  only_parts: say('{name} has several parts. Name one of them.', '{name} состоит из частей. Укажите одну из них.'),
  only_whole: say('{name} is part of a field. Select the whole field.', '{name} — часть поля. Выберите поле целиком.'),
  invalid_filter: say('Write filter[field]=value or filter[field][operator]=value.', 'Пишите filter[поле]=значение или filter[поле][оператор]=значение.'),
  one_expected: say('Provide exactly one of: {names}.', 'Укажите ровно одно из: {names}.'),
  empty_item: say('A list item is empty. Write an empty text as "".', 'Элемент списка пуст. Пустой текст записывается как "".'),
  broken_quotes: say('Put quotes around the whole item and double quotes inside it.', 'Заключайте в кавычки весь элемент и удваивайте кавычки внутри него.'),
  empty_fragment: say('The text to look for is empty.', 'Искомый текст пуст.'),
  no_digits: say('Part of a phone number must contain digits.', 'Часть номера телефона должна содержать цифры.'),
  two_expected: say('Provide two values: the minimum and the maximum.', 'Укажите два значения: минимум и максимум.'),
  null_operand: say('Values cannot be compared with null. Use the operator isEmpty.', 'Сравнивать с null нельзя. Используйте оператор isEmpty.'),
  filter_too_deep: say('Conditions can be nested at most {limit} levels deep.', 'Глубина вложенности условий — не больше {limit}.'),
  filter_too_large: say('At most {limit} conditions are allowed.', 'Допускается не больше {limit} условий.'),
  list_too_long: say('A list can have at most {limit} values.', 'В списке может быть не больше {limit} значений.'),
  // Undoing
  changed_since: say('The value was changed later and is kept.', 'Значение изменили позже, оно сохранено.'),
  referred_to: say('Another record refers to this one; it is left as it is.', 'На эту запись ссылается другая; она оставлена как есть.'),
  // Values
  unknown_item: say('The record does not have this value.', 'У записи нет такого значения.'),
  duplicate_external_id: say('The key {key} of {source} is already in use.', 'Ключ {key} источника {source} уже занят.'),
  // Files
  unclosed_quote: say('The quote opened in line {line} is never closed.', 'Кавычка, открытая в строке {line}, не закрыта.'),
  cell_too_long: say('The cell in line {line} is too long. Check whether its quote is closed.', 'Ячейка в строке {line} слишком длинная. Проверьте, закрыта ли её кавычка.'),
  row_too_long: say('The row in line {line} is too long. Check whether the file is CSV.', 'Строка {line} слишком длинная. Проверьте, что это файл CSV.'),
  stray_quote: say('The cell begins with a quote that nothing closes; the quote is taken for text.', 'Ячейка начинается с кавычки, которая нигде не закрыта; кавычка считается текстом.'),
  damaged_text: say('The cell has bytes that are not of the encoding of the file; each is shown as a replacement character.', 'В ячейке есть байты, которых нет в кодировке файла; вместо каждого стоит знак замены.'),
  too_many_cells: say('The row has more cells than the header; perhaps a delimiter stands in a cell without quotes.', 'В строке больше ячеек, чем в заголовке; возможно, в ячейке без кавычек есть разделитель.'),
  unnamed_column: say('A cell stands in a column without a name, and is left out.', 'Ячейка стоит в столбце без названия и пропущена.'),
  empty_file: say('The file is empty.', 'Файл пуст.'),
  file_too_large: say('The file must not be larger than {limit} bytes.', 'Размер файла — не больше {limit} байт.'),
  extension_not_allowed: say('Files with this extension are not allowed.', 'Файлы с таким расширением не допускаются.'),
  no_known_column: say('No column name matches a field.', 'Ни один столбец не соответствует полю.'),
  unknown_user: say('Unknown user.', 'Неизвестный пользователь.'),
  // Settings
  too_many_options: say('At most {limit} options are allowed.', 'Допускается не больше {limit} вариантов.'),
  option_in_use: say('The option {name} is in use.', 'Вариант {name} используется.'),
  code_taken: say('The code {code} is already in use.', 'Код {code} уже занят.'),
  reserved_code: say('The code {code} is reserved.', 'Код {code} зарезервирован.'),
  circular: say('This would create a cycle.', 'Получится цикл.'),
} as const satisfies Record<string, Labels>

/** A code of the closed list of faults. */
export type FaultCode = keyof typeof faultCodes
