import type { Calendar } from './calendar.ts'
import type { Chance } from './chance.ts'
import type { Row } from './server.ts'
import type { Company } from './settings.ts'
import { languages, latin, type Words } from './words.ts'

/** A client company with its contacts. */
export interface Client {
  id: number
  words: Words
  title: string
  domain: string
  seller: number
  createdAt: Date
  contactIds: readonly number[]
}

/** Clients with the rows of their companies and contacts. */
export interface Clients {
  clients: readonly Client[]
  companies: readonly Row[]
  contacts: readonly Row[]
}

/** What all rows are made with. Ids are all odd or all even. */
export interface Making {
  chance: Chance
  calendar: Calendar
  company: Company
  idOf(place: number): number
}

const sources = ['WEB', 'CALL', 'EMAIL', 'RECOMMENDATION', 'TRADE_SHOW', 'ADVERTISING', 'PARTNER']
const industries = ['IT', 'MANUFACTURING', 'TRADE', 'CONSTRUCTION', 'DELIVERY', 'CONSULTING', 'GOVERNMENT']
const channels = ['phone', 'email', 'telegram']

/** Returns a source of records, most often the website. */
export const sourceOf = (chance: Chance) => (chance.happens(0.3) ? 'WEB' : chance.oneOf(sources))

/** Returns who did something, and when. */
export const stampsOf = (userId: number, created: Date, updated = created) => ({
  ...{ responsibleId: userId, createdBy: userId, createdAt: created.toISOString() },
  ...{ updatedBy: userId, updatedAt: updated.toISOString() },
})

/** Returns so many clients, and our own company as the first row. */
export function makeClients(making: Making, count: number): Clients {
  const { chance, calendar, company, idOf } = making
  const clients: Client[] = []
  const companies: Row[] = [ownCompany(making)]
  const contacts: Row[] = []
  for (const title of titlesOf(chance, count)) {
    const id = idOf(companies.length)
    const createdAt = calendar.at(chance.happens(0.4) ? 0 : chance.number(0, 95) / 100)
    const client = { id, ...title, seller: chance.oneOf(company.sellers), createdAt }
    const people = Array.from({ length: chance.number(1, 3) }, () => {
      const contact = makeContact(making, client, contacts.length)
      contacts.push(contact)
      return contact.id
    })
    companies.push(companyRow(making, client, people))
    clients.push({ ...client, contactIds: people })
  }
  return { clients, companies, contacts }
}

function titlesOf(chance: Chance, count: number): Pick<Client, 'words' | 'title' | 'domain'>[] {
  const titles = new Map<string, Pick<Client, 'words' | 'title' | 'domain'>>()
  while (titles.size < count) {
    const words = chance.oneOf(languages)
    const [word, branch] = [chance.oneOf(words.companies), chance.oneOf(words.branches)]
    const title = words.title(word, branch)
    titles.set(title, { words, title, domain: `${latin(word)}-${latin(branch)}.example` })
  }
  return [...titles.values()]
}

function ownCompany({ calendar, company, idOf }: Making): Row {
  return {
    ...{ id: idOf(0), title: 'ООО «Полка и стеллаж»', isMyCompany: true },
    ...stampsOf(company.sellers[0]!, calendar.at(0)),
    websites: [{ kind: 'work', value: 'https://shelves.example' }],
  }
}

function companyRow({ chance }: Making, client: Omit<Client, 'contactIds'>, contactIds: readonly number[]): Row {
  const { id, words, title, domain, seller, createdAt } = client
  return {
    ...{ id, title, companyType: 'CUSTOMER', industry: chance.oneOf(industries), isMyCompany: false },
    ...{ employees: `EMPLOYEES_${chance.number(1, 4)}`, source: sourceOf(chance), ...stampsOf(seller, createdAt) },
    phones: [{ kind: 'work', value: words.phone(id) }],
    emails: [{ kind: 'work', value: `info@${domain}` }],
    websites: [{ kind: 'work', value: `https://${domain}` }],
    'address.city': chance.oneOf(words.cities),
    contacts: contactIds.map((contactId, place) => ({ id: contactId, primary: place === 0 })),
    'userFields.segment': chance.oneOf(['retail', 'wholesale', 'wholesale', 'public']),
  }
}

function makeContact({ chance, idOf }: Making, client: Omit<Client, 'contactIds'>, place: number): Row {
  const { words, domain, seller, createdAt } = client
  const { firstName, lastName } = personOf(chance, words)
  const id = idOf(place)
  return {
    ...{ id, firstName, lastName, contactType: 'CLIENT', position: chance.oneOf(words.positions) },
    ...{ source: sourceOf(chance), ...stampsOf(seller, createdAt) },
    phones: [{ kind: 'mobile', value: words.phone(5_000 + id) }],
    emails: [{ kind: 'work', value: `${latin(firstName)}.${latin(lastName)}@${domain}` }],
    companies: [{ id: client.id, primary: true }],
    'userFields.preferred_channel': chance.oneOf(channels),
  }
}

/** Returns the name of a person. */
export function personOf(chance: Chance, words: Words): { firstName: string; lastName: string } {
  const { given, surnames } = chance.oneOf(words.people)
  return { firstName: chance.oneOf(given), lastName: chance.oneOf(surnames) }
}
