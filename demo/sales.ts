import { dateOf, later } from './calendar.ts'
import { type Client, type Making, personOf, sourceOf, stampsOf } from './clients.ts'
import type { Row } from './server.ts'
import type { Stage } from './settings.ts'
import { languages, latin } from './words.ts'

/** A deal and what its quote and invoice repeat. */
interface Sale {
  client: Client
  row: Row
  /** Whether the deal is won, lost or open. */
  semantic: Stage['semantic']
  /** The time when it entered its stage. */
  movedAt: Date
}

/** Rows of the records of a year. */
export interface Sales {
  leads: readonly Row[]
  deals: readonly Row[]
  quotes: readonly Row[]
  invoices: readonly Row[]
}

const reasons = ['PRICE', 'COMPETITOR', 'NO_BUDGET', 'NO_NEED', 'NO_RESPONSE', 'LATER']

/** Returns so many deals and half as many leads, which were created, moved and closed in a year, with quotes and invoices. */
export function makeSales(making: Making, clients: readonly Client[], count: number): Sales {
  const sales = Array.from({ length: count }, (_, place) => makeSale(making, clients, { place, count }))
  const leads = Array.from({ length: count / 2 }, (_, place) => makeLead(making, { place, count: count / 2 }))
  const { chance } = making
  const offered = sales.filter(({ semantic }) => semantic === 'success' || chance.happens(0.2))
  const billed = sales.filter(({ semantic }) => semantic === 'success' || chance.happens(0.1))
  return {
    leads,
    deals: sales.map(({ row }) => row),
    quotes: offered.map((sale, place) => makeQuote(making, sale, place)),
    invoices: billed.map((sale, place) => makeInvoice(making, sale, place)),
  }
}

/** A record among all of its type, the oldest first. */
interface Place {
  place: number
  count: number
}

/** Returns when a record was created and when it entered its stage. Most of the older ones are closed. */
function stageOf({ chance, calendar, company }: Making, type: string, { place, count }: Place) {
  const { id: pipelineId, stages } = company.pipelines[type]!
  const createdAt = calendar.at((place + chance.number(0, 99) / 100) / count)
  const days = chance.number(4, 70)
  const closing = later(createdAt, days)
  const isClosed = closing < calendar.now && chance.happens(0.9)
  const among = (semantic: Stage['semantic']) => stages.filter((stage) => stage.semantic === semantic)
  const stage = chance.oneOf(among(!isClosed ? 'process' : chance.happens(0.55) ? 'success' : 'failure'))
  const passed = ((calendar.now.getTime() - createdAt.getTime()) * chance.number(10, 90)) / 100
  const movedAt = isClosed ? closing : stage === stages[0] ? createdAt : new Date(createdAt.getTime() + passed)
  return { pipelineId, stage, createdAt, movedAt, closedAt: isClosed ? closing : null }
}

const stageColumns = ({ pipelineId, stage, movedAt, closedAt }: ReturnType<typeof stageOf>, userId: number) => ({
  ...{ pipelineId, stageId: stage.id, stageSemantic: stage.semantic },
  ...{ movedBy: userId, movedAt: movedAt.toISOString(), closedAt: closedAt?.toISOString() ?? null },
})

function makeSale(making: Making, clients: readonly Client[], of: Place): Sale {
  const { chance, company, idOf } = making
  const when = stageOf(making, 'deal', of)
  const known = clients.filter(({ createdAt }) => createdAt <= when.createdAt)
  const client = chance.oneOf(known.length ? known : clients)
  const { words, seller, contactIds } = client
  const { semantic } = when.stage
  const isForeign = words === languages.at(-1)
  const row = {
    ...{ id: idOf(of.place), title: `${chance.oneOf(words.goods)} ${chance.oneOf(words.purposes)}` },
    ...stampsOf(seller, when.createdAt, when.movedAt),
    ...stageColumns(when, seller),
    failureReason: semantic === 'failure' ? chance.oneOf(reasons) : null,
    ...{ companyId: client.id, contacts: [{ id: contactIds[0], primary: true }] },
    amount: `${isForeign ? chance.number(8, 120) * 100 : chance.number(20, 900) * 1000}.00`,
    currency: isForeign ? company.currencies.foreign : company.currencies.own,
    ...{ amountIsManual: true, dealType: chance.oneOf(['SALE', 'GOODS', 'COMPLEX']), source: sourceOf(chance) },
    ...{ beginDate: dateOf(when.createdAt), closeDate: dateOf(later(when.createdAt, 45)) },
    comment: chance.happens(0.4) ? chance.oneOf(words.comments) : null,
    'userFields.delivery_date': dateOf(later(when.createdAt, 60)),
    'userFields.installation': chance.happens(0.4),
  }
  return { client, row, semantic, movedAt: when.movedAt }
}

function makeLead(making: Making, of: Place): Row {
  const { chance, company, idOf } = making
  const words = chance.oneOf(languages)
  const seller = chance.oneOf(company.sellers)
  const { firstName, lastName } = personOf(chance, words)
  const when = stageOf(making, 'lead', of)
  const id = idOf(of.place)
  return {
    ...{ id, title: `${chance.oneOf(words.goods)} ${chance.oneOf(words.purposes)}`, firstName, lastName },
    ...stampsOf(seller, when.createdAt, when.movedAt),
    ...stageColumns(when, seller),
    phones: [{ kind: 'mobile', value: words.phone(9_000 + id) }],
    emails: [{ kind: 'work', value: `${latin(firstName)}.${latin(lastName)}.${id}@mail.example` }],
    companyTitle: chance.happens(0.5) ? words.title(chance.oneOf(words.companies), chance.oneOf(words.branches)) : null,
    ...{ source: sourceOf(chance), 'utm.source': chance.happens(0.3) ? 'newsletter' : null },
  }
}

/** Returns the columns that a quote or an invoice has from its deal. */
function ofDeal({ row, client }: Sale) {
  const { id, title, companyId, contacts, amount, currency } = row
  return {
    title,
    dealId: id,
    companyId,
    contacts,
    amount,
    currency,
    amountIsManual: true,
    responsibleId: client.seller,
  }
}

/** Returns the stage of a document: of a won deal it is the success, and otherwise the first. */
function documentStage({ company: { pipelines } }: Making, type: string, { client, semantic, movedAt }: Sale) {
  const { id: pipelineId, stages } = pipelines[type]!
  const wanted = semantic === 'success' ? 'success' : 'process'
  const stage = stages.find((one) => one.semantic === wanted)!
  const closedAt = wanted === 'success' ? movedAt : null
  return stageColumns({ pipelineId, stage, movedAt, closedAt, createdAt: movedAt }, client.seller)
}

function makeQuote(making: Making, sale: Sale, place: number): Row {
  const { movedAt, client } = sale
  return {
    ...{ id: making.idOf(place), number: `Q-${String(place + 1).padStart(4, '0')}` },
    ...ofDeal(sale),
    ...documentStage(making, 'quote', sale),
    ...stampsOf(client.seller, movedAt),
    ...{ beginDate: dateOf(movedAt), validUntil: dateOf(later(movedAt, 30)) },
  }
}

function makeInvoice(making: Making, sale: Sale, place: number): Row {
  const { movedAt, client, semantic } = sale
  return {
    ...{ id: making.idOf(place), number: `A-${String(place + 1).padStart(4, '0')}` },
    ...ofDeal(sale),
    ...documentStage(making, 'invoice', sale),
    ...stampsOf(client.seller, movedAt),
    ...{ issueDate: dateOf(movedAt), dueDate: dateOf(later(movedAt, 14)), myCompanyId: making.idOf(0) },
    paidAt: semantic === 'success' ? movedAt.toISOString() : null,
  }
}
