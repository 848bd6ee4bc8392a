import { kinds } from '../src/fields/kinds/kinds.ts'
import type { Api } from './api.ts'

const settingsOf: Record<string, object> = {
  string: { minLength: 2, maxLength: 5, pattern: '^[a-zё]+$' },
  text: { maxLength: 6 },
  integer: { min: -5, max: 10 },
  decimal: { precision: 2 },
  dictionary: { dictionary: 'SOURCE' },
  crm: { types: ['company', 'contact'] },
}
const options = ['express', 'post'].map((code) => ({ code, label: code }))

/** User fields of every kind, with limits: one with a single value, and one with several values if the kind has them. */
export const fieldsOfEveryKind = Object.entries(kinds).flatMap(([kind, { user }]) =>
  user === false
    ? []
    : (user === 'multiple' ? [false, true] : [false]).map((multiple) => ({
        // Some types have a system field with the code `address`.
        code: `${kind === 'address' ? 'user_address' : kind}${multiple ? '_list' : ''}`,
        kind,
        multiple,
        label: { en: `One ${kind}`, ru: `Поле ${kind}` },
        ...(kind === 'enumeration' ? { options } : { settings: settingsOf[kind] ?? {} }),
      })),
)

/** Creates user fields of a type. */
export async function createFields(api: Pick<Api, 'call'>, type: string, fields: readonly object[]): Promise<void> {
  for (const field of fields) {
    const { status, body } = await api.call('post', `/v1/types/${type}/fields`, field)
    if (status !== 201) throw new Error(JSON.stringify([field, body]))
  }
}
