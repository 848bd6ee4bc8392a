import { cells, equality, type KindRow } from './kind-row.ts'

const list = (multiple: boolean, value: unknown) => (multiple ? [value] : value)

/** Returns records as a URL names them: `CO_5`. */
function inUrl(value: unknown): string {
  const keys = [value].flat() as { type: string; id: number }[]
  return keys.map((key) => (key.type ? `${key.type === 'company' ? 'CO' : 'C'}_${key.id}` : String(key))).join()
}

/** Users, files and records. */
export const referenceRows: KindRow[] = [
  ...[false, true].map(
    (multiple): KindRow => ({
      kind: 'employee',
      multiple,
      of: ({ api, users: [first, second] }) => ({
        values: [{ given: list(multiple, first) }, { given: list(multiple, second) }],
        conditions: equality(first, second),
        ...(!multiple && { sorted: { '': 'ab' } }),
        cells: cells([first, second].map((id) => (multiple ? `[${id}]` : String(id))) as [string, string], [
          'Test First',
          'Test Second',
        ]),
        defaults: multiple ? [{ given: [first] }] : [{ given: first }, { given: 'me', shown: api.userId }],
        violations: [],
        wrong: { value: list(multiple, 999_999_999), code: 'not_found_reference', at: multiple ? '/0' : '' },
      }),
    }),
  ),
  ...[false, true].map(
    (multiple): KindRow => ({
      kind: 'file',
      multiple,
      of: ({ files: [first, second] }) => ({
        values: [
          { given: list(multiple, { id: first.id }), shown: list(multiple, first) },
          { given: list(multiple, second) },
        ],
        kept: [list(multiple, first.id), list(multiple, second.id)],
        conditions: equality(first.id, second.id),
        cells: cells([first, second].map(({ id }) => (multiple ? `[${id}]` : String(id))) as [string, string], [
          first.name,
          second.name,
        ]),
        isReadByPeople: false,
        violations: [{ maxSize: 1 }, { extensions: ['pdf', 'png'] }].map((settings, index) => ({
          ...{ settings, value: list(multiple, { id: first.id }), cell: String(first.id) },
          ...{ code: ['file_too_large', 'extension_not_allowed'][index]!, at: multiple ? '/0/id' : '/id' },
        })),
        wrong: {
          value: list(multiple, { id: 999_999_999 }),
          code: 'not_found_reference',
          at: multiple ? '/0/id' : '/id',
        },
      }),
    }),
  ),
  ...[false, true].map(
    (multiple): KindRow => ({
      kind: 'crm',
      multiple,
      of({ companies: [company, second], contacts: [contact] }) {
        const [one, two, other] = [
          { type: 'company', id: company },
          { type: 'contact', id: contact },
          { type: 'company', id: second },
        ]
        return {
          field: { settings: { types: ['company', 'contact'] } },
          values: multiple ? [{ given: [one, other] }, { given: [two] }] : [{ given: one }, { given: two }],
          conditions: equality(one, two).map((condition) => ({ ...condition, inUrl: inUrl(condition.value) })),
          cells: cells(
            multiple ? [`["CO_${company}","CO_${second}"]`, `["C_${contact}"]`] : [`CO_${company}`, `C_${contact}`],
            multiple ? ['[CO] Vector; [CO] Поток', '[C] Ivan'] : ['[CO] Vector', '[C] Ivan'],
          ),
          isReadByPeople: false,
          violations: [
            {
              ...{ settings: { types: ['contact'] }, value: list(multiple, one), cell: `CO_${company}` },
              ...{ code: 'unknown_value', codeInFile: 'unknown_record', at: multiple ? '/0/type' : '/type' },
            },
          ],
          wrong: { value: list(multiple, company), code: 'invalid_type', at: multiple ? '/0' : '' },
        }
      },
    }),
  ),
]
