import { cells, equality, type KindRow, order, type Violation } from './kind-row.ts'

const outside = (settings: Violation['settings'], value: unknown, cell: string, at?: string): Violation => ({
  ...{ settings, value, cell, code: 'min' in settings ? 'too_small' : 'too_large' },
  ...(at !== undefined && { at }),
})

/** The condition that finds the first value by its day of the week, or by its hour in Moscow. */
const onDay = (day: number) => ({ op: 'dayOfWeek', value: [day], finds: 'a' }) as const
const inHour = (hour: number) => ({ op: 'hourOfDay', value: [hour], finds: 'a' }) as const

const dayMs = 86_400_000
/** The day in Moscow, the time zone of the instance, after this many days. */
const day = (days: number) =>
  new Date(Date.now() + days * dayMs).toLocaleDateString('sv-SE', { timeZone: 'Europe/Moscow' })

/** Numbers, dates and amounts. */
export const numberRows: KindRow[] = [
  {
    kind: 'integer',
    multiple: false,
    of: () => ({
      values: [{ given: -7 }, { given: Number.MAX_SAFE_INTEGER }],
      conditions: [...equality(-7, Number.MAX_SAFE_INTEGER), ...order(-7, Number.MAX_SAFE_INTEGER)],
      sorted: { '': 'ab' },
      cells: cells(['-7', '9007199254740991']),
      defaults: [{ given: 0 }],
      violations: [outside({ min: 5 }, 4, '4'), outside({ max: 3 }, 4, '4')],
      wrong: { value: '7', code: 'invalid_type' },
    }),
  },
  {
    kind: 'integer',
    multiple: true,
    of: () => ({
      values: [{ given: [3, 1] }, { given: [9, 9] }],
      conditions: [...equality(1, 9), ...order(3, 9)],
      cells: cells(['[3,1]', '[9,9]'], ['3, 1', '9, 9']),
      defaults: [{ given: [0, 1] }],
      violations: [outside({ min: 5 }, [4], '4', '/0'), outside({ max: 3 }, [4], '4', '/0')],
      wrong: { value: [1.5], code: 'invalid_integer', at: '/0' },
    }),
  },
  {
    kind: 'decimal',
    multiple: false,
    of: () => ({
      values: [{ given: '002.50', shown: '2.50' }, { given: '123456789012345678901234567890.5' }],
      conditions: [
        ...equality('2.5', '123456789012345678901234567890.5'),
        ...order('2.5', '123456789012345678901234567890.5'),
      ],
      sorted: { '': 'ab' },
      cells: cells(['2.50', '123456789012345678901234567890.5'], ['2,50', '123456789012345678901234567890,5']),
      defaults: [{ given: '01.0', shown: '1.0' }],
      violations: [
        outside({ min: '5' }, '4.99', '4.99'),
        outside({ max: '4.9' }, '4.99', '4.99'),
        { settings: { precision: 1 }, value: '4.99', cell: '4.99', code: 'too_precise' },
      ],
      wrong: { value: 2.5, code: 'decimal_as_number' },
    }),
  },
  {
    kind: 'decimal',
    multiple: true,
    of: () => ({
      values: [{ given: ['1.50', '1'] }, { given: ['7.0'] }],
      conditions: [...equality('1', '7'), ...order('1.5', '7')],
      cells: cells(['["1.50","1"]', '["7.0"]'], ['1,50, 1', '7,0']),
      isReadByPeople: false,
      defaults: [{ given: ['1.0'] }],
      violations: [
        outside({ min: '5' }, ['4.99'], '4.99', '/0'),
        outside({ max: '4.9' }, ['4.99'], '4.99', '/0'),
        { settings: { precision: 1 }, value: ['4.99'], cell: '4.99', code: 'too_precise', at: '/0' },
      ],
      wrong: { value: ['1,5'], code: 'invalid_decimal', at: '/0' },
    }),
  },
  {
    kind: 'boolean',
    multiple: false,
    of: () => ({
      values: [{ given: true }, { given: false }],
      conditions: [
        { op: 'eq', value: true, finds: 'a' },
        { op: 'ne', value: true, finds: 'bn' },
        { op: 'isEmpty', value: true, finds: 'n' },
        { op: 'isEmpty', value: false, finds: 'ab' },
      ],
      sorted: { '': 'ba' },
      cells: cells(['true', 'false'], ['Да', 'Нет']),
      defaults: [{ given: true }, { given: false }],
      violations: [],
      wrong: { value: 'true', code: 'invalid_type' },
    }),
  },
  {
    kind: 'date',
    multiple: false,
    of: () => ({
      values: [{ given: '2024-02-29' }, { given: '9999-12-31' }],
      conditions: [...equality('2024-02-29', '9999-12-31'), ...order('2024-02-29', '9999-12-31'), onDay(4)],
      sorted: { '': 'ab' },
      cells: cells(['2024-02-29', '9999-12-31'], ['29.02.2024', '31.12.9999']),
      defaults: [{ given: '2026-01-31' }, { given: 'now', shown: day(0) }, { given: 'now+7', shown: day(7) }],
      violations: [
        outside({ min: '2026-01-01' }, '2025-12-31', '31.12.2025'),
        outside({ max: '2025-12-30' }, '2025-12-31', '31.12.2025'),
      ],
      wrong: { value: '2023-02-29', code: 'invalid_date' },
    }),
  },
  {
    kind: 'date',
    multiple: true,
    of: () => ({
      values: [{ given: ['2026-02-01', '2025-01-01'] }, { given: ['2027-01-01'] }],
      conditions: [...equality('2025-01-01', '2027-01-01'), ...order('2026-02-01', '2027-01-01'), onDay(3)],
      cells: cells(['["2026-02-01","2025-01-01"]', '["2027-01-01"]'], ['01.02.2026, 01.01.2025', '01.01.2027']),
      defaults: [{ given: ['2026-01-31'] }],
      violations: [
        outside({ min: '2026-01-01' }, ['2025-12-31'], '31.12.2025', '/0'),
        outside({ max: '2025-12-30' }, ['2025-12-31'], '31.12.2025', '/0'),
      ],
      wrong: { value: ['now'], code: 'invalid_date', at: '/0' },
    }),
  },
  {
    kind: 'datetime',
    multiple: false,
    of: () => ({
      values: [
        { given: '2026-01-31T10:00:00.123456+03:00', shown: '2026-01-31T07:00:00.123456Z' },
        { given: '2027-01-01T00:00:00Z', shown: '2027-01-01T00:00:00.000Z' },
      ],
      conditions: [
        ...equality('2026-01-31T07:00:00.123456Z', '2027-01-01T03:00:00+03:00'),
        ...order('2026-01-31T07:00:00.123456Z', '2027-01-01T00:00:00Z'),
        ...[onDay(6), inHour(10)],
      ],
      sorted: { '': 'ab' },
      cells: cells(
        ['2026-01-31T07:00:00.123456Z', '2027-01-01T00:00:00.000Z'],
        ['31.01.2026 10:00:00', '01.01.2027 03:00:00'],
      ),
      isReadByPeople: false,
      defaults: [
        { given: '2026-01-31T10:00:00+03:00', shown: '2026-01-31T07:00:00.000Z' },
        { given: 'now', shown: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/ },
        { given: 'now+1', shown: new RegExp(`^${new Date(Date.now() + dayMs).toISOString().slice(0, 10)}T`) },
      ],
      violations: [
        outside({ min: '2026-01-01T00:00:00.5Z' }, '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z'),
        outside({ max: '2026-01-01T03:00:00.123+03:00' }, '2026-01-01T00:00:00.123001Z', '2026-01-01T00:00:00.123001Z'),
      ],
      wrong: { value: '2026-01-31', code: 'invalid_datetime' },
    }),
  },
  {
    kind: 'datetime',
    multiple: true,
    of: () => ({
      values: [
        { given: ['2026-01-31T07:00:00.000Z'] },
        { given: ['2027-01-03T00:00:00.000001Z', '2027-01-02T00:00:00.000Z'] },
      ],
      conditions: [
        ...equality('2026-01-31T07:00:00Z', '2027-01-02T00:00:00Z'),
        ...order('2026-01-31T07:00:00Z', '2027-01-02T00:00:00Z'),
        ...[{ op: 'dayOfWeek', value: [7], finds: 'b' } as const, inHour(10)],
      ],
      cells: cells(
        ['["2026-01-31T07:00:00.000Z"]', '["2027-01-03T00:00:00.000001Z","2027-01-02T00:00:00.000Z"]'],
        ['31.01.2026 10:00:00', '03.01.2027 03:00:00, 02.01.2027 03:00:00'],
      ),
      isReadByPeople: false,
      defaults: [{ given: ['2026-01-31T07:00:00.000Z'] }],
      violations: [
        outside({ min: '2026-01-01T00:00:00Z' }, ['2025-12-31T00:00:00Z'], '2025-12-31T00:00:00Z', '/0'),
        outside({ max: '2025-01-01T00:00:00Z' }, ['2025-12-31T00:00:00Z'], '2025-12-31T00:00:00Z', '/0'),
      ],
      wrong: { value: ['2026-01-31'], code: 'invalid_datetime', at: '/0' },
    }),
  },
  {
    kind: 'money',
    multiple: false,
    of: () => ({
      values: [{ given: { amount: '-12.30', currency: 'USD' } }, { given: { amount: '5', currency: 'RUB' } }],
      conditions: [
        ...equality('-12.3', '5', 'amount'),
        ...order('-12.3', '5', 'amount'),
        ...equality('USD', 'RUB', 'currency'),
      ],
      sorted: { amount: 'ab', currency: 'ba' },
      cells: {
        '.amount': { raw: ['-12.30', '5'], people: ['-12,30', '5'] },
        '.currency': { raw: ['USD', 'RUB'], people: ['Доллар США', 'Российский рубль'] },
      },
      defaults: [{ given: { amount: '1.00', currency: 'RUB' } }],
      violations: [],
      wrong: { value: { amount: '1' }, code: 'required', at: '/currency' },
    }),
  },
]
