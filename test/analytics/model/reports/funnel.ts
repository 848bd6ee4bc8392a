import { events, isAtOrAfter, lastProcessStay } from '../events.ts'
import type { Stage } from '../ground.ts'
import type { Life, Stay } from '../life.ts'
import { isIn } from '../period.ts'
import type { Row, Table } from '../table.ts'
import { type Asked, chosen, count, medianSeconds, percent, percentileSeconds, sum } from './measures.ts'

/**
 * How far deals came through the stages of a pipeline: those that were created in the period (`cohort`), by now, or all of
 * them, in the period (`period`).
 */
export function funnel(asked: Asked): Table {
  const { view, mode = 'cohort', pipelineId } = asked
  const { ground, period } = view
  const pipeline = ground.pipelines.deal.find(({ id }) => id === pipelineId) ?? ground.pipelines.deal[0]!
  const { stages } = pipeline
  const isCohort = mode === 'cohort'
  const inPipeline = chosen(asked, 'deal').filter(({ values }) => values.pipelineId === pipeline.id)
  const deals = isCohort ? inPipeline.filter((life) => events.created!(life, view, {})) : inPipeline
  const counts = (time: number | null) => time !== null && (isCohort || isIn(time, period))
  const reach = ({ id: stageId }: Stage) =>
    deals.filter(({ stays }) =>
      stays.some((stay) => counts(stay.enteredAt) && isAtOrAfter(ground, stay, { stageId, pipelineId: pipeline.id })),
    )
  const isHere = (stay: Stay | undefined, stage: Stage) => stay?.pipelineId === pipeline.id && stay.stageId === stage.id
  const isLost = (life: Life) => (isCohort ? life.values.stageSemantic === 'failure' : events.lost!(life, view, {}))
  const lost = deals.filter(isLost)
  const end = isCohort ? Number.POSITIVE_INFINITY : period.to
  const first = reach(stages[0]!)
  const rows = stages.map((stage, place): Row => {
    const reached = reach(stage)
    const before = place && stage.semantic !== 'failure' ? reach(stages[place - 1]!) : []
    const ended = deals.flatMap(({ stays }) => stays.filter((stay) => isHere(stay, stage) && counts(stay.leftAt)))
    const times = ended.map(({ enteredAt, leftAt }) => leftAt! - enteredAt)
    return {
      key: { group: stage.id },
      cells: {
        ...{ reached: count(reached), sum: sum(reached, asked) },
        conversionFromPrevious: percent(reached.length, before.length),
        conversionFromFirst: percent(reached.length, first.length),
        lostHere: count(lost.filter((life) => isHere(lastProcessStay(life, end), stage))),
        ...{ medianTime: { value: medianSeconds(times) }, p90Time: { value: percentileSeconds(times, 90) } },
      },
    }
  })
  const any = isCohort ? deals : deals.filter((life) => stages.some((stage) => reach(stage).includes(life)))
  const none = { value: null }
  const totals = {
    ...{ reached: count(any), sum: sum(any, asked), lostHere: count(lost) },
    ...{ conversionFromPrevious: none, conversionFromFirst: none, medianTime: none, p90Time: none },
  }
  return { rows, totals, isOrdered: true, isAligned: true }
}
