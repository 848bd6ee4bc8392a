import Type from 'typebox'
import { Label } from '../http/labels.ts'
import { listOf } from '../http/lists.ts'
import { ref } from '../schema/build.ts'

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

/** A list of currencies. */
export const CurrencyList = listOf(Currency, 'CurrencyList')
