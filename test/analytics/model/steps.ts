import type { Random } from '../../storm/random.ts'
import { dateAt, later, startOf } from './calendar.ts'
import { currencies, digitsOf, first, now, reasons, sources } from './choices.ts'
import type { Ground, Pipeline } from './ground.ts'
import { type Code, isStaged, type Staged, type Step, staged, type Values } from './life.ts'

/** What decides when something happens. */
interface Calendar {
  zone: string
  dates: readonly string[]
}

/** What a record of a type can refer to, and what it can become. */
interface Making {
  random: Random
  ground: Ground
  calendar: Calendar
  /** Times of creation by type, in order. The place of a time gives the id. */
  created: Record<Code, readonly number[]>
}

const hour = 3_600_000
const idAt = (place: number) => 2 * place + 1

/** Returns the steps of a random world in order of time. */
export function randomSteps(random: Random, ground: Ground, calendar: Calendar): Step[] {
  const beginning = startOf(first, 'UTC')
  const many = (count: number, after = beginning) =>
    Array.from({ length: count }, () => timeAfter(random, calendar, after)).sort((a, b) => a - b)
  const deals = many(3 + random.below(10))
  const created = {
    company: Array(3).fill(beginning),
    contact: Array(3).fill(beginning),
    lead: many(random.below(8)),
    deal: deals,
    quote: many(random.below(5)),
    invoice: many(random.below(8), deals[0]),
    delivery: many(random.below(5)),
  }
  const making = { random, ground, calendar, created }
  const types = ['company', 'contact', ...staged] as const
  const lives = types.flatMap((type) => created[type].map((at, place) => stepsOf(making, type, idAt(place), at)))
  return [...lives.flat(), ...mergesOf(making)].sort((a, b) => a.at - b.at)
}

/** Returns a time that is not before another one: often around a date where a period may begin or end. */
function timeAfter(random: Random, { zone, dates }: Calendar, after: number): number {
  const around = startOf(random.pick(dates), zone) + random.pick([-hour, -1, 0, 0, 1, hour, random.below(20) * hour])
  if (random.chance(0.5) && around >= after && around <= now) return around
  const most = random.chance(0.6) ? Math.min(now, after + 40 * 24 * hour) : now
  return after + random.below(most - after + 1)
}

function stepsOf(making: Making, type: Code, id: number, at: number): Step[] {
  const { random, ground, calendar } = making
  const who = () => ({
    by: random.pick(ground.users),
    via: random.pick(['api', 'api', 'api', 'import', 'bulk'] as const),
  })
  const values = valuesOf(making, type, id, at)
  const steps: Step[] = [{ ...who(), via: random.pick(['api', 'import']), type, id, at, op: 'create', given: values }]
  if (!isStaged(type)) return steps
  const place = { pipelineId: values.pipelineId!, stageId: values.stageId! }
  for (let count = random.below(7), time = at; count > 0; count--) {
    time = timeAfter(random, calendar, time)
    steps.push({ ...who(), type, id, at: time, op: 'change', given: changeOf(making, type, time, place) })
  }
  if (random.chance(0.06)) {
    const time = timeAfter(random, calendar, steps.at(-1)!.at)
    steps.push({ ...who(), via: 'api', type, id, at: time, op: 'delete' })
  }
  return steps
}

/** Returns merges of deals, after all that happened to them. */
function mergesOf({ random, ground, calendar, created }: Making): Step[] {
  if (random.chance(0.7)) return []
  const [id, into] = [random.below(created.deal.length), random.below(created.deal.length)].map(idAt) as [
    number,
    number,
  ]
  const at = timeAfter(random, calendar, now - 40 * 24 * hour)
  return id === into ? [] : [{ at, by: random.pick(ground.users), via: 'api', type: 'deal', id, op: 'merge', into }]
}

/** Returns the values of a new record. */
function valuesOf(making: Making, type: Code, id: number, at: number): Partial<Values> {
  const { random, ground } = making
  const common = {
    title: random.pick(['Vector', 'Stream', 'Шкаф']),
    responsibleId: random.pick(ground.users),
    opened: random.chance(0.5),
    comment: null,
    source: random.pick(sources),
    utm: utmOf(random),
  }
  if (!isStaged(type)) return common
  const pipeline = random.pick([ground.pipelines[type][0]!, ...ground.pipelines[type]])
  const place = random.chance(0.8) ? pipeline.stages[0]! : random.pick(pipeline.stages)
  return {
    ...common,
    ...{
      pipelineId: pipeline.id,
      stageId: place.id,
      failureReason: place.semantic === 'failure' ? random.pick(reasons) : null,
    },
    ...{ ...moneyOf(random), ...clientOf(making) },
    ...(type === 'deal' && { closeDate: dateNear(making, at), tone: null, secret: null }),
    ...(type === 'quote' && { number: `${id}` }),
    ...(type === 'invoice' && billOf(making, id, at)),
  }
}

function utmOf(random: Random): Values['utm'] {
  if (random.chance(0.5)) return null
  return {
    source: random.pick(['yandex', 'google']),
    ...(random.chance(0.5) && { campaign: random.pick(['spring', 'autumn']) }),
  }
}

function moneyOf(random: Random): Pick<Values, 'amount' | 'currency'> {
  const currency = random.pick([currencies[0]!, ...currencies])
  return { amount: random.pick([null, '0', '100', amountOf(random, currency)]), currency }
}

/** Returns an amount with at most the digits of a currency: often the smallest one, or one with many digits. */
export function amountOf(random: Random, currency: string): string {
  const digits = digitsOf(currency)
  const fraction = digits ? `.${String(1 + random.below(10 ** digits - 1)).padStart(digits, '0')}` : ''
  const smallest = digits ? `0.${'1'.padStart(digits, '0')}` : '1'
  return random.pick([smallest, `${random.below(100_000)}${fraction}`, `${1 + random.below(1000)}`])
}

function clientOf({ random, created }: Making): Pick<Values, 'companyId' | 'contacts'> {
  const one = (type: Code) => idAt(random.below(created[type].length))
  const contacts = random.pick([[], [one('contact')], created.contact.map((_, place) => idAt(place))])
  const primary = random.below(contacts.length || 1)
  return {
    companyId: random.chance(0.5) ? one('company') : null,
    contacts: contacts.map((id, place) => ({ id, primary: place === primary })),
  }
}

/** Returns a date near a time or one of the special dates, or none. */
function dateNear({ random, calendar }: Making, at: number): string | null {
  return random.pick([
    null,
    random.pick(calendar.dates),
    later(dateAt(at, calendar.zone), { days: random.below(60) - 5 }),
  ])
}

function billOf(making: Making, id: number, at: number): Partial<Values> {
  const { random, created } = making
  const issueDate = dateNear(making, at)
  const dueDate = random.chance(0.8)
    ? later(issueDate ?? dateAt(at, 'UTC'), { days: random.pick([0, 1, 7, 30, 61, 120]) })
    : null
  const deals = created.deal.filter((time) => time <= at).length
  const dealId = deals && random.chance(0.7) ? idAt(random.below(deals)) : null
  return { number: `${id}`, issueDate, dueDate, dealId, paidAt: null }
}

/** Returns a change of a record, which often moves it. `place` is where the record is, and then where it goes. */
function changeOf(
  making: Making,
  type: Staged,
  at: number,
  place: Pick<Values, 'pipelineId' | 'stageId'>,
): Partial<Values> {
  const { random, ground } = making
  const edits: (() => Partial<Values>)[] = [
    () => moneyOf(random),
    () => ({ responsibleId: random.pick(ground.users) }),
    () => ({ comment: `${random.below(1000)}` }),
    () => ({ source: random.pick(sources), opened: random.chance(0.5) }),
    () => clientOf(making),
    ...(type === 'deal'
      ? [() => ({ secret: `${random.below(1000)}` }), () => ({ tone: `${random.below(1000)}` })]
      : []),
    ...(type === 'deal' ? [() => ({ closeDate: dateNear(making, at) })] : []),
    ...(type === 'invoice' ? [() => ({ issueDate: dateNear(making, at), paidAt: random.pick([null, at]) })] : []),
  ]
  if (random.chance(0.4)) return random.pick(edits)()
  return { ...(random.chance(0.3) && random.pick(edits)()), ...moveOf(random, ground.pipelines[type], place) }
}

function moveOf(
  random: Random,
  pipelines: readonly Pipeline[],
  place: Pick<Values, 'pipelineId' | 'stageId'>,
): Partial<Values> {
  const present = pipelines.find(({ id }) => id === place.pipelineId)!
  const pipeline = random.chance(0.85) ? present : random.pick(pipelines)
  const index = present === pipeline ? pipeline.stages.findIndex(({ id }) => id === place.stageId) : -1
  const next = pipeline.stages.slice(index + 1, index + 3)
  const stage = random.chance(0.4) && next.length ? random.pick(next) : random.pick(pipeline.stages)
  Object.assign(place, { pipelineId: pipeline.id, stageId: stage.id })
  return { ...place, ...(stage.semantic === 'failure' && { failureReason: random.pick(reasons) }) }
}
