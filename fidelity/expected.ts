/** The understood fields of a row, as the files of expected records name them. */
export interface ExpectedRecord {
  id: number
  [field: string]: unknown
}

/** Fields that are not compared, with the reason. */
export const leftOut: Readonly<Record<string, string>> = {
  id: 'joins the row with its record',
  taxId: 'belongs to requisites',
  product: 'belongs to product rows',
  price: 'belongs to product rows',
  quantity: 'belongs to product rows',
  createdAt: 'is the time of the import, unless the caller asks to keep the stamps of the file',
}

/** Types whose records are not compared, because they cannot be imported yet. */
export const leftOutTypes: ReadonlySet<string> = new Set(['products'])

/** Dictionary entries by the words for them in files, if these differ from the labels. */
export const entriesByWord: Readonly<Record<string, string>> = {
  'less than 50': 'EMPLOYEES_1',
  'over 500': 'EMPLOYEES_4',
  Retail: 'TRADE',
  Телекоммуникации: 'TELECOM',
}

/** Stages by the words for them in the expected records. */
export const stagesByWord: Readonly<Record<string, string>> = {
  new: 'NEW',
  preparation: 'PREPARATION',
  invoice: 'PREPAYMENT_INVOICE',
  executing: 'EXECUTING',
  won: 'WON',
  lost: 'LOSE',
  in_process: 'IN_PROCESS',
  processed: 'PROCESSED',
  junk: 'JUNK',
}
