import { say } from '../errors/code-text.ts'

/** The faults of JSON texts. */
// biome-ignore format: a table is read by rows
export const jsonFaults = {
  invalid_json: say('Invalid JSON at line {line}, column {column}.', 'Неверный JSON: строка {line}, столбец {column}.'),
  invalid_encoding: say('The body must be encoded in UTF-8.', 'Тело запроса должно быть в кодировке UTF-8.'),
  duplicate_field: say('{name} appears twice.', '{name} встречается дважды.'),
  too_many_keys: say('An object can have at most {limit} keys.', 'В объекте может быть не больше {limit} ключей.'),
  too_many_values: say('The body can have at most {limit} values. Send several requests.', 'В теле запроса может быть не больше {limit} значений. Отправьте несколько запросов.'),
  invalid_characters: say('The text contains characters that cannot be stored. Remove them.', 'Текст содержит символы, которые нельзя сохранить. Удалите их.'),
}
