import type { Calendar } from './calendar.ts'
import { dateOf } from './calendar.ts'
import type { Chance } from './chance.ts'
import type { Server } from './server.ts'
import { latin, ofStaff } from './words.ts'

/** A stage of a pipeline. */
export interface Stage {
  id: string
  semantic: 'process' | 'success' | 'failure'
}

/** The default pipelines by the code of their record type, with the stages in their order. */
export type Pipelines = Readonly<Record<string, { id: number; stages: readonly Stage[] }>>

/** What an empty database gets before its records. */
export interface Company {
  /** The ids of the employees who sell. */
  sellers: readonly number[]
  pipelines: Pipelines
  currencies: { own: string; foreign: string }
}

const label = (en: string, ru: string) => ({ en, ru })
const option = (code: string, en: string, ru: string) => ({ code, label: label(en, ru) })

const fields = [
  {
    ...{ type: 'company', code: 'segment', kind: 'enumeration', label: label('Segment', 'Сегмент') },
    options: [
      option('retail', 'Retail', 'Розница'),
      option('wholesale', 'Wholesale', 'Опт'),
      option('public', 'Public', 'Госсектор'),
    ],
  },
  {
    ...{
      type: 'contact',
      code: 'preferred_channel',
      kind: 'enumeration',
      label: label('Preferred channel', 'Как связаться'),
    },
    options: [
      option('phone', 'Phone', 'Телефон'),
      option('email', 'E-mail', 'Почта'),
      option('telegram', 'Telegram', 'Telegram'),
    ],
  },
  { type: 'deal', code: 'delivery_date', kind: 'date', label: label('Delivery date', 'Дата доставки') },
  { type: 'deal', code: 'installation', kind: 'boolean', label: label('With installation', 'Со сборкой') },
]

const departments = [label('Russian clients', 'Клиенты в России'), label('Clients abroad', 'Клиенты за рубежом')]

/** Creates departments, employees, user fields, rates and sales plans. */
export async function setUp(server: Server, chance: Chance, calendar: Calendar): Promise<Company> {
  const sellers = await hire(server, chance)
  for (const { type, ...field } of fields) await server.send('POST', `/v1/types/${type}/fields`, field)
  const { baseCurrency: own } = await server.send<{ baseCurrency: string }>('GET', '/v1/settings')
  const currencies = { own, foreign: own === 'USD' ? 'EUR' : 'USD' }
  const months = Array.from({ length: 13 }, (_, month) => monthBefore(calendar.now, 12 - month))
  await server.send('PUT', `/v1/currencies/${currencies.foreign}/rates`, {
    rates: months.map((month) => ({ date: `${month}-01`, amount: String(chance.number(780, 920) / 10) })),
  })
  const plans = months.map((month) => ({ month, type: 'deal', amount: '6000000', currency: own }))
  await server.send('POST', '/v1/sales-plans/batch', { plans })
  return { sellers, pipelines: await readPipelines(server), currencies }
}

/** Returns the month so many months before a time. */
function monthBefore(now: Date, months: number): string {
  return dateOf(new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - months, 1))).slice(0, 7)
}

async function hire(server: Server, chance: Chance): Promise<number[]> {
  const ids: number[] = []
  for (const name of departments) {
    const { id } = await server.send<{ id: number }>('POST', '/v1/departments', { name })
    for (const { given, surnames } of [...ofStaff.people, ofStaff.people[0]!]) {
      const [firstName, lastName] = [chance.oneOf(given), chance.oneOf(surnames)]
      const email = `${latin(firstName)}.${latin(lastName)}.${ids.length + 1}@shelves.example`
      const person = { firstName, lastName, email, departmentIds: [id], language: 'ru' }
      ids.push((await server.send<{ id: number }>('POST', '/v1/users', person)).id)
    }
  }
  return ids
}

async function readPipelines(server: Server): Promise<Pipelines> {
  const list = async <T>(path: string) => (await server.send<{ data: T[] }>('GET', path)).data
  const found: Record<string, { id: number; stages: Stage[] }> = {}
  for (const type of ['lead', 'deal', 'quote', 'invoice']) {
    const pipelines = await list<{ id: number; isDefault: boolean }>(`/v1/types/${type}/pipelines`)
    const { id } = pipelines.find(({ isDefault }) => isDefault)!
    found[type] = { id, stages: await list<Stage>(`/v1/types/${type}/pipelines/${id}/stages`) }
  }
  return found
}
