import { say } from '../errors/code-text.ts'

/** The faults of filters. */
// biome-ignore format: a table is read by rows
export const filterFaults = {
  unknown_operator: say('There is no operator {name}.', 'Неизвестный оператор {name}.'),
  operator_not_supported: say('The operator {operator} is not supported for this field.', 'Оператор {operator} не поддерживается для этого поля.'),
  only_parts: say('{name} has several parts. Name one of them.', '{name} состоит из частей. Укажите одну из них.'),
  invalid_filter: say('Write filter[field]=value or filter[field][operator]=value.', 'Пишите filter[поле]=значение или filter[поле][оператор]=значение.'),
  one_expected: say('Provide exactly one of: {names}.', 'Укажите ровно одно из: {names}.'),
  empty_item: say('A list item is empty. Write an empty text as "".', 'Элемент списка пуст. Пустой текст записывается как "".'),
  broken_quotes: say('Put quotes around the whole item and write each quote inside it twice.', 'Заключайте в кавычки весь элемент и удваивайте кавычки внутри него.'),
  filter_too_deep: say('Conditions can be nested at most {limit} levels deep.', 'Глубина вложенности условий — не больше {limit}.'),
  filter_too_large: say('At most {limit} conditions are allowed.', 'Допускается не больше {limit} условий.'),
}
