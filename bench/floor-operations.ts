import { type BenchRequest, type FloorOperation, type LoadedData, rareFragments, spreadId } from './operations.ts'
import { busyUser } from './rows.ts'

const get = (path: string): BenchRequest => ({ method: 'GET', path })
const post = (path: string, body: unknown): BenchRequest => ({ method: 'POST', path, body: JSON.stringify(body) })

/** Returns what the floor is asked for in place of each operation, with the goals of Kartoteka. */
export function floorOperations({ rows, deep }: Pick<LoadedData, 'rows' | 'deep'>): Record<string, FloorOperation> {
  const person = (n: number) => ({
    ...{ first_name: 'Олег', last_name: `Зимин ${n}`, position: 'менеджер', email: `zimin${n}@vector.example` },
    ...{ phone: `+7812${String(n % 10_000_000).padStart(7, '0')}`, mobile: '+79457654321' },
  })
  const persons = (n: number) => Array.from({ length: 1000 }, (_, index) => person(n * 1000 + index))
  const after = new URLSearchParams({ at: String(deep[0]), id: String(deep[1]) })
  const pattern = (n: number) => encodeURIComponent(`%${rareFragments[n % rareFragments.length]!.toLowerCase()}%`)
  const phone = (n: number) => `%2B7495${String((n * 7919) % rows).padStart(7, '0')}`
  return {
    get: { goal: 0.5, cpu: 1, request: (n) => get(`/contacts/${spreadId(n, rows)}`) },
    'list-mine': { goal: 0.5, cpu: 2, request: () => get(`/contacts/mine?user=${busyUser}`) },
    'page-1': { request: () => get('/contacts/first') },
    'page-10000': { request: () => get(`/contacts/after?${after}`) },
    contains: { goal: 1, request: (n) => get(`/contacts/contains?pattern=${pattern(n)}`) },
    phone: { goal: 0.4, request: (n) => get(`/contacts/phone?phone=${phone(n)}`) },
    count: { goal: 1, request: () => get(`/contacts/count?user=${busyUser}`) },
    'board-sums': { request: () => get('/deals/sums') },
    create: { goal: 0.3, request: (n) => post('/contacts', person(n)) },
    change: {
      goal: 0.3,
      request: (n) => ({ ...post(`/contacts/${spreadId(n, rows)}`, { position: `менеджер ${n}` }), method: 'PATCH' }),
    },
    'batch-1000': { goal: 0.35, request: (n) => post('/contacts/batch', persons(n)) },
  }
}
