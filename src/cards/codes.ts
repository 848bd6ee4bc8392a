import { say } from '../errors/code-text.ts'

/** The faults of cards. Some are warnings in an answer. */
// biome-ignore format: a table is read by rows
export const cardFaults = {
  required_field_hidden: say('The field {name} is required, but it is not in the card.', 'Поле {name} обязательное, но его нет в карточке.'),
}
