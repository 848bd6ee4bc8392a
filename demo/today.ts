import type { Making } from './clients.ts'
import { personOf, sourceOf } from './clients.ts'
import type { Row, Server } from './server.ts'
import { languages } from './words.ts'

/** Works for a day: moves open deals on, writes leads down, and converts some of them. */
export async function workToday(server: Server, making: Making, deals: readonly Row[]): Promise<void> {
  await moveDeals(server, making, deals)
  const { chance, company } = making
  for (let place = 0; place < 6; place++) {
    const words = chance.oneOf(languages)
    const lead = await server.send<{ id: number }>('POST', '/v1/leads', {
      ...{ title: `${chance.oneOf(words.goods)} ${chance.oneOf(words.purposes)}`, ...personOf(chance, words) },
      ...{ source: sourceOf(chance), responsibleId: chance.oneOf(company.sellers) },
      amount: `${chance.number(20, 300) * 1000}.00`,
      phones: [{ kind: 'mobile', value: words.phone(9_900 + place) }],
    })
    if (place % 2 === 0) await server.send('POST', `/v1/leads/${lead.id}/convert`, { deal: true, contact: true })
  }
}

/** Moves every third open deal to its next stage. */
async function moveDeals(server: Server, { company }: Making, deals: readonly Row[]): Promise<void> {
  const { stages } = company.pipelines.deal!
  const open = deals.filter(({ stageSemantic }) => stageSemantic === 'process')
  const operations = open
    .filter((_, place) => place % 3 === 0)
    .map(({ id, stageId }) => {
      const next = stages[stages.findIndex((stage) => stage.id === stageId) + 1]!
      return { op: 'update', id, data: { stageId: next.id } }
    })
  await server.send('POST', '/v1/deals/batch', { atomic: true, operations })
}
