import type { Comparison } from './model.ts'

// Texts that are easy to get wrong: case, ё, accents, LIKE wildcards, quotes, commas, blanks, words of other fields.
const texts = [
  ...['Ёлка', 'елка', 'ЁЛКА 5', 'Иванов', 'иванов', '100%', '100', 'a_b', 'aXb', 'back\\slash', 'back', "O'Neil"],
  ...['"x", y', 'a,b', 'me', 'null', 'today', 'a  b', '😀 smile', '-1'],
  ...['Crème brûlée', 'creme', 'Weiß', 'WEISS', 'Łódź æ ø', 'Бой', 'бои', 'за́мок', 'замок', 'Ѓорѓи'],
]
/** Parts of these texts. */
export const fragments = [
  ...['л', 'ё', 'Ё', '%', '_', '\\', '0%', 'a_', '\\s', "'", '"', ',', ' ', 'ИВАН', 'ME', '😀'],
  ...['ME BRU', 'ss', 'lod', 'ae', 'й', 'и', 'мо', 'ѓ', 'г'],
  ...texts,
]

const numbers = [-5, 0, 1, 7, 9_007_199_254_740_991, -9_007_199_254_740_991]
const decimals = [
  ...['2.5', '2.50', '-0.01', '0', '0.00', '10', '9', '123456789012345678901234567890.5', '2.500000000000001'],
]
const days = ['2024-02-29', '2025-12-31', '2026-01-01', '0001-01-01', '9999-12-31']
const instants = [
  ...['2026-01-31T09:00:00.000Z', '2026-01-31T09:00:00.000001Z', '2026-01-31T09:00:00.0001Z'],
  ...['2025-12-31T23:59:59.999999Z', '2026-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z', '9999-12-31T23:59:59.999999Z'],
]

/** Values of each comparison for records and conditions. Codes and ids depend on their fields. */
export const pools: Record<
  Exclude<Comparison, 'code' | 'channel'>,
  { values: readonly unknown[]; operands: readonly unknown[] }
> = {
  text: { values: texts, operands: [...texts, 'nobody', ' '] },
  number: { values: numbers, operands: [...numbers, 2, -6] },
  decimal: { values: decimals, operands: [...decimals, '2.49', '-1', '11.0'] },
  day: { values: days, operands: [...days, '2026-01-02', '1000-01-01'] },
  instant: { values: instants, operands: [...instants, '2026-01-31', '2025-12-31', '2026-01-31T08:00:00Z'] },
  flag: { values: [true, false], operands: [true, false] },
}

/** Codes of dictionaries, options and so on that records get. Conditions also use others. */
export const codes = {
  source: ['WEB', 'CALL', 'OTHER'],
  industry: ['IT', 'TELECOM', 'BANKING'],
  currency: ['RUB', 'USD', 'EUR'],
  stageId: ['NEW', 'EXECUTING', 'WON', 'LOSE'],
  options: ['small', 'large', 'Large'],
} as const

/** Contact details as records get them and conditions write them, with their normalized values. */
export const channels = {
  phones: {
    values: ['+7 495 123-45-67', '8 (945) 123-45-67', '112'],
    meanings: new Map<string, string | string[]>([
      ['+7 495 123-45-67', '+74951234567'],
      ['8 (945) 123-45-67', '+79451234567'],
      ['+7 (812) 123 45 67', '+78121234567'],
      ['495-123', ['495123', '+495123', '+7495123']],
      ['8 (945)', ['8945', '+8945', '+7945']],
      ['74951', ['74951', '+74951', '+774951']],
      ['1 12', ['112', '+112', '+7112']],
      ['4567', ['4567', '+4567', '+74567']],
      ['0', ['0', '+0', '+70']],
      ['+7 9', '+79'],
    ]),
    fragments: ['495-123', '8 (945)', '74951', '+7 9', '1 12', '4567', '0'],
  },
  emails: {
    values: ['A_b@Vector.example', 'a.b@vector.example', 'ИВАН@почта.example', 'Пётр@café.example'],
    meanings: new Map([
      ['A_b@Vector.example', 'a_b@vector.example'],
      ['ИВАН@почта.example', 'иван@почта.example'],
      ['Пётр@café.example', 'пётр@café.example'],
    ]),
    fragments: ['_', 'VECTOR', '@', 'иван', 'a.b', '%', 'петр@', 'ПЁ', 'cafe', 'CAFÉ'],
  },
  websites: {
    values: ['https://WWW.vector.example/', 'http://vector.example/a_b', 'scalar.example'],
    meanings: new Map([
      ['https://WWW.vector.example/', 'vector.example'],
      ['http://vector.example/a_b', 'vector.example/a_b'],
      ['https://scal', 'scal'],
    ]),
    fragments: ['vector', 'A_B', 'https://scal', 'e/a', '%'],
  },
  messengers: {
    values: ['@Ivan', 'anna_5', 'ANNA', 'rené ёж'],
    meanings: new Map([
      ['@Ivan', 'ivan'],
      ['ANNA', 'anna'],
      ['@an', 'an'],
    ]),
    fragments: ['IVA', '@an', '_', 'a', 'RENE е', 'é'],
  },
} as const
