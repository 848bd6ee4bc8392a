import Type from 'typebox'
import { Label } from '../http/labels.ts'
import { listOf } from '../http/lists.ts'
import { ref } from '../schema/build.ts'

/** A list of allowed values for fields. */
export const Dictionary = Type.Object(
  { code: Type.String({ description: 'Code of the dictionary.', examples: ['SOURCE'] }), name: ref(Label) },
  { $id: 'Dictionary', description: 'A list of allowed values for fields, such as lead sources.' },
)

/** An entry of a dictionary. */
export const DictionaryEntry = Type.Object(
  {
    code: Type.String({ description: 'Value that records store.', examples: ['WEB'] }),
    label: ref(Label),
    sort: Type.Integer({ description: 'Sort position in the dictionary.' }),
    system: Type.Boolean({ description: 'Whether this is a system entry. System entries exist in every instance.' }),
  },
  { $id: 'DictionaryEntry', description: 'An entry of a dictionary.' },
)

/** A currency for amounts. */
export const Currency = Type.Object(
  {
    code: Type.String({ description: 'Code of the currency (ISO 4217).', examples: ['RUB'] }),
    name: ref(Label),
    digits: Type.Integer({ description: 'Number of digits after the decimal point.' }),
    isBase: Type.Boolean({ description: 'Whether this is the base currency. Totals are calculated in it.' }),
  },
  { $id: 'Currency', description: 'A currency for amounts.' },
)

/** A list of dictionaries. */
export const DictionaryList = listOf(Dictionary, 'DictionaryList')
/** A list of entries. */
export const DictionaryEntryList = listOf(DictionaryEntry, 'DictionaryEntryList')
/** A list of currencies. */
export const CurrencyList = listOf(Currency, 'CurrencyList')

/** The named schemas of dictionaries and currencies. */
export const lookupSchemas = [
  ...[Dictionary, DictionaryList, DictionaryEntry, DictionaryEntryList],
  ...[Currency, CurrencyList],
]
