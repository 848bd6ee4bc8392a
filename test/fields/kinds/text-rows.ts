import { cells, equality, type KindRow, texts, type Violation } from './kind-row.ts'

const long = 'x'.repeat(11)

const lengths = (wrap: (value: string) => unknown, at?: string): Violation[] => {
  const place = at === undefined ? {} : { at }
  return [
    { settings: { maxLength: 10 }, value: wrap(long), cell: long, code: 'too_long', ...place },
    { settings: { minLength: 12 }, value: wrap(long), cell: long, code: 'too_short', ...place },
    { settings: { pattern: '^[a-w]+$' }, value: wrap(long), cell: long, code: 'pattern_mismatch', ...place },
  ]
}
const one = (value: string) => value
const list = (value: string) => [value]

/** Texts, and choices by code. */
export const textRows: KindRow[] = [
  {
    kind: 'string',
    multiple: false,
    of: () => ({
      values: [{ given: ' Набережная Ёлкина ', shown: 'Набережная Ёлкина' }, { given: 'Street, "5"' }],
      conditions: [...equality('Набережная Ёлкина', 'Street, "5"'), ...texts('ЕЛКИН', 'набереж', 'ЕЛКИНА')],
      sorted: { '': 'ba' },
      word: 'elkina',
      cells: cells(['Набережная Ёлкина', 'Street, "5"']),
      defaults: [{ given: ' usual ', shown: 'usual' }, { given: 'now' }],
      violations: lengths(one),
      wrong: { value: 5, code: 'invalid_type' },
    }),
  },
  {
    kind: 'string',
    multiple: true,
    of: () => ({
      values: [{ given: ['Ёлкина', 'a'] }, { given: ['b', 'b'] }],
      conditions: [...equality('Ёлкина', 'b'), ...texts('ЛКИН', 'елк', 'кина')],
      word: 'elkina',
      cells: cells(['["Ёлкина","a"]', '["b","b"]'], ['Ёлкина, a', 'b, b']),
      defaults: [{ given: ['usual', 'other'] }],
      violations: lengths(list, '/0'),
      wrong: { value: 'a', code: 'invalid_type' },
    }),
  },
  {
    kind: 'text',
    multiple: false,
    of: () => ({
      values: [{ given: 'two\n lines Ёлкина' }, { given: 'b\n  b' }],
      conditions: [...equality('two\n lines Ёлкина', 'b\n  b'), ...texts('LINES', 'two', 'елкина')],
      word: 'elkina',
      cells: cells(['two\n lines Ёлкина', 'b\n  b']),
      isReadByPeople: false,
      defaults: [{ given: 'a\nb' }],
      violations: lengths(one),
      wrong: { value: true, code: 'invalid_type' },
    }),
  },
  {
    kind: 'text',
    multiple: true,
    of: () => ({
      values: [{ given: ['one\ntwo', 'Ёлкина'] }, { given: ['b'] }],
      conditions: [...equality('one\ntwo', 'b'), ...texts('E\nT', 'ONE', 'TWO')],
      word: 'elkina',
      cells: cells(['["one\\ntwo","Ёлкина"]', '["b"]'], ['"one\ntwo", Ёлкина', 'b']),
      isReadByPeople: false,
      defaults: [{ given: ['a\nb'] }],
      violations: lengths(list, '/0'),
      wrong: { value: { a: 1 }, code: 'unknown_field', at: '/a' },
    }),
  },
  {
    kind: 'url',
    multiple: false,
    of: () => ({
      values: [
        { given: ' https://vector.example/a?b=1 ', shown: 'https://vector.example/a?b=1' },
        { given: 'b.example' },
      ],
      conditions: [
        ...equality('https://vector.example/a?b=1', 'b.example'),
        ...texts('VECTOR', 'https://vec', 'A?b=1'),
      ],
      sorted: { '': 'ba' },
      word: 'vector',
      cells: cells(['https://vector.example/a?b=1', 'b.example']),
      defaults: [{ given: 'vector.example' }],
      violations: [
        ...[{ maxLength: 10 }, { minLength: 20 }, { pattern: '^https:' }].map((settings, index) => ({
          ...{ settings, value: 'wide.example', cell: 'wide.example' },
          code: ['too_long', 'too_short', 'pattern_mismatch'][index]!,
        })),
      ],
      wrong: { value: 'javascript:alert(1)', code: 'invalid_url' },
    }),
  },
  {
    kind: 'url',
    multiple: true,
    of: () => ({
      values: [{ given: ['https://vector.example', 'a.example'] }, { given: ['b.example'] }],
      conditions: [...equality('a.example', 'b.example'), ...texts('VECTOR', 'https://v', 'OR.example')],
      word: 'vector',
      cells: cells(
        ['["https://vector.example","a.example"]', '["b.example"]'],
        ['https://vector.example, a.example', 'b.example'],
      ),
      defaults: [{ given: ['vector.example'] }],
      violations: [
        { settings: { maxLength: 10 }, value: ['wide.example'], cell: 'wide.example', code: 'too_long', at: '/0' },
        { settings: { minLength: 20 }, value: ['wide.example'], cell: 'wide.example', code: 'too_short', at: '/0' },
        {
          settings: { pattern: '^https:' },
          value: ['wide.example'],
          cell: 'wide.example',
          code: 'pattern_mismatch',
          at: '/0',
        },
      ],
      wrong: { value: ['not an address'], code: 'invalid_url', at: '/0' },
    }),
  },
  ...[false, true].map(
    (multiple): KindRow => ({
      kind: 'enumeration',
      multiple,
      of: () => ({
        field: {
          options: [
            { code: 'b', label: { en: 'Second', ru: 'Второй' } },
            { code: 'a', label: { en: 'First', ru: 'Первый' }, externalCode: '901' },
          ],
        },
        values: multiple ? [{ given: ['a'] }, { given: ['b'] }] : [{ given: 'a' }, { given: 'b' }],
        conditions: equality('a', 'b'),
        ...(!multiple && { sorted: { '': 'ba' } }),
        cells: cells(multiple ? ['["a"]', '["b"]'] : ['a', 'b'], ['Первый', 'Второй']),
        violations: [],
        wrong: { value: multiple ? ['c'] : 'c', code: 'unknown_value', at: multiple ? '/0' : '' },
      }),
    }),
  ),
  ...[false, true].map(
    (multiple): KindRow => ({
      kind: 'dictionary',
      multiple,
      of: () => ({
        field: { settings: { dictionary: 'SOURCE' } },
        values: multiple ? [{ given: ['WEB', 'CALL'] }, { given: ['EMAIL'] }] : [{ given: 'WEB' }, { given: 'EMAIL' }],
        conditions: equality('WEB', 'EMAIL'),
        ...(!multiple && { sorted: { '': 'ba' } }),
        cells: cells(
          multiple ? ['["WEB","CALL"]', '["EMAIL"]'] : ['WEB', 'EMAIL'],
          multiple ? ['Веб-сайт, Звонок', 'Электронная почта'] : ['Веб-сайт', 'Электронная почта'],
        ),
        defaults: [{ given: multiple ? ['CALL'] : 'CALL' }],
        violations: [
          {
            ...{ settings: { dictionary: 'HONORIFIC' }, value: multiple ? ['WEB'] : 'WEB', cell: 'WEB' },
            ...{ code: 'unknown_value', at: multiple ? '/0' : '' },
          },
        ],
        wrong: { value: multiple ? ['WEBB'] : 'WEBB', code: 'unknown_value', at: multiple ? '/0' : '' },
      }),
    }),
  ),
]
