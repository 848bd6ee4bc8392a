import { say } from '../errors/code-text.ts'

/** The faults of models. */
// biome-ignore format: a table is read by rows
export const modelFaults = {
  unknown_part: say('Name a part of the model, such as types.deal.fields.city.', 'Укажите часть модели, например types.deal.fields.city.'),
  system_part: say('{part} belongs to the system and cannot be deleted.', 'Системную часть {part} удалить нельзя.'),
  part_in_use: say('{part} is in use and cannot be deleted.', '{part} используется, удалить нельзя.'),
  part_described: say('The model describes {part}, which is also to be deleted.', 'Модель описывает {part}, но её же требуется удалить.'),
}
