/**
 * Column names by the key of the column that they mean. Besides the keys of columns there are `fullName`, `id`, and
 * the use of a numbered value, such as `phones.kind`. A key can end with the name of an alternative, as in
 * `address.city@home`: a record has one address, and a row uses the alternative with the most filled cells. `{n}` in a
 * name or alternative stands for a number.
 */
export type KnownNames = Readonly<Record<string, readonly string[]>>

/** What a column is about: the record of the row, or a record of one kind, which can be the record of the row. */
export type Subject = 'record' | 'contact' | 'company' | 'deal' | 'lead' | 'quote' | 'invoice'

/** The column names that a program writes. */
export interface Program {
  /** Source of the external ids in its files. */
  code: string
  /** Names that no other program writes. */
  marks: readonly string[]
  names: Partial<Record<Subject, KnownNames>>
  /** Names that look like those of a field but mean something else. */
  ignored?: readonly string[]
  /** Texts of cells in lower case and what they mean, by column name. An empty meaning is an empty cell. */
  values?: Readonly<Record<string, Readonly<Record<string, string>>>>
}

/** A field that shows that records of a type are what a subject is about. Leads are about a person too. */
export const fieldOfSubject: Readonly<Record<Exclude<Subject, 'record'>, string>> = {
  contact: 'lastName',
  company: 'isMyCompany',
  deal: 'dealType',
  lead: 'companyTitle',
  quote: 'validUntil',
  invoice: 'paidAt',
}

/**
 * How a record of another type refers to a subject, by the key of the column in records of the subject. Deals have no
 * phones and e-mails of their own, so those of a record name its contact.
 */
export const referenceTo: Readonly<Record<Subject, KnownNames>> = {
  record: { emails: ['contacts.emails'], phones: ['contacts.phones'] },
  contact: {
    fullName: ['contacts'],
    emails: ['contacts.emails'],
    phones: ['contacts.phones'],
    id: ['contacts.externalIds'],
  },
  company: {
    title: ['companyTitle', 'companyId', 'companies'],
    id: ['companyId.externalIds', 'companies.externalIds'],
  },
  deal: { title: ['dealId'], id: ['dealId.externalIds'] },
  lead: { title: ['leadId'], id: ['leadId.externalIds'] },
  quote: { title: ['quoteId'], id: ['quoteId.externalIds'] },
  invoice: {},
}
