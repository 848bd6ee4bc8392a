import { departmentsOf, knownDepartments } from '../departments.ts'
import { clientOf, lastProcessStay, type View } from '../events.ts'
import type { Life, Values } from '../life.ts'

type GroupsOf = (life: Life, view: View) => readonly unknown[]

const utm =
  (part: keyof NonNullable<Values['utm']>): GroupsOf =>
  ({ values }) => [values.utm?.[part] ?? null]

/** The groups of reports by their names: the values by which a record is grouped. */
export const groups: Readonly<Record<string, GroupsOf>> = {
  responsible: ({ values }) => [values.responsibleId],
  /** Each department of the responsible that the reader knows of. */
  department({ values: { responsibleId } }, { ground, reader }) {
    const known = knownDepartments(ground, reader)
    const theirs = departmentsOf(ground, responsibleId).filter((id) => known.includes(id))
    return theirs.length ? theirs : [null]
  },
  pipeline: ({ values }) => [values.pipelineId],
  source: ({ values }) => [values.source],
  failureReason: ({ values }) => [values.failureReason],
  /** The stage from which a record was lost. */
  stage: (life, { period }) => [lastProcessStay(life, period.to)?.stageId ?? null],
  /** The client as a number in the order of rows: by id, the company first. */
  client(life) {
    const [type, id] = clientOf(life)?.split(' ') ?? []
    return [type ? Number(id) * 2 + Number(type === 'contact') : null]
  },
  company: ({ values }) => [values.companyId],
  utmSource: utm('source'),
  utmMedium: utm('medium'),
  utmCampaign: utm('campaign'),
  utmContent: utm('content'),
  utmTerm: utm('term'),
}
