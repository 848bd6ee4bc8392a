import { problemOf, say } from '../errors/code-text.ts'

/** The problems of record types. */
// biome-ignore format: a table is read by rows
export const typeProblems = {
  type_not_found: problemOf(404, 'Type not found', 'Тип не найден',
    'There is no type {code}.', 'Тип {code} не найден.'),
}

/** The faults of record types. */
// biome-ignore format: a table is read by rows
export const typeFaults = {
  feature_off: say('There is no field {name}, because the feature {feature} of the type is off.', 'Поля {name} нет: у типа выключена возможность {feature}.'),
  unknown_type: say('There is no type {name}.', 'Неизвестный тип {name}.'),
}

/** The words for record types. */
export const typeWords = {
  lead: say('lead', 'Лид'),
  deal: say('deal', 'Сделка'),
  contact: say('contact', 'Контакт'),
  company: say('company', 'Компания'),
  quote: say('quote', 'Предложение'),
  invoice: say('invoice', 'Счёт'),
}
