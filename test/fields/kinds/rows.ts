import { addressRows } from './address-rows.ts'
import { numberRows } from './number-rows.ts'
import { referenceRows } from './reference-rows.ts'
import { textRows } from './text-rows.ts'

/** What is expected of each kind of user fields. */
export const kindRows = [...textRows, ...numberRows, ...addressRows, ...referenceRows]
