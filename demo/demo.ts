import { parseArgs } from 'node:util'
import { calendarOf } from './calendar.ts'
import { chanceOf } from './chance.ts'
import { type Making, makeClients } from './clients.ts'
import { makeSales } from './sales.ts'
import { type Server, serverAt } from './server.ts'
import { setUp } from './settings.ts'
import { workToday } from './today.ts'

const { values } = parseArgs({ options: { seed: { type: 'string', default: '1' } } })
const { URL: url = 'http://127.0.0.1:3000', KEY: key } = process.env

/** Fills the server with a company that sells furniture. The same seed makes the same records on the same day. */
async function fill(server: Server): Promise<void> {
  const { id: userId, isAdmin } = await server.send<{ id: number; isAdmin: boolean }>('GET', '/v1/me')
  if (!isAdmin) throw new Error('The demo needs the key of an administrator.')
  await refuseRecords(server)
  const chance = chanceOf(Number(values.seed))
  const calendar = calendarOf(new Date(), chance)
  const company = await setUp(server, chance, calendar)
  console.log(`${company.sellers.length} employees, user fields, rates and sales plans`)
  // All ids of a site are odd, or all are even.
  const making: Making = { chance, calendar, company, idOf: (place) => 2 * place + (userId % 2 || 2) }
  const { clients, companies, contacts } = makeClients(making, 40)
  const rows = { companies, contacts, ...makeSales(making, clients, 240) }
  for (const [type, some] of Object.entries(rows)) {
    await server.importRows(`/v1/${type}`, some)
    console.log(`${some.length} ${type}`)
  }
  await workToday(server, making, rows.deals)
  console.log("today's moves, new leads and conversions")
}

/** Throws unless the database has no records: the demo must not get between those of a company. */
async function refuseRecords(server: Server): Promise<void> {
  for (const type of ['contacts', 'companies', 'leads', 'deals', 'quotes', 'invoices']) {
    const { data } = await server.send<{ data: unknown[] }>('GET', `/v1/${type}?limit=1&fields=id`)
    if (data.length) throw new Error(`The database already has ${type}. The demo fills an empty one only.`)
  }
}

try {
  if (!key) throw new Error("Set KEY to the administrator's key, and URL to the URL of the server.")
  if (!/^\d+$/.test(values.seed)) throw new Error('The seed must be a whole number.')
  await fill(serverAt(url, key))
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = 1
}
