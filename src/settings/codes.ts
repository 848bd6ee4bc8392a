import { say } from '../errors/code-text.ts'

/** The faults of settings. */
// biome-ignore format: a table is read by rows
export const settingFaults = {
  invalid_country: say('Unknown country. Use a code such as RU.', 'Неизвестная страна. Используйте код, например RU.'),
}
