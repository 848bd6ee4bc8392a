import { sql } from 'kysely'
import type { Labels } from '../errors/language.ts'
import type { FieldUses } from '../fields/field-use.ts'

interface Found {
  pipelineId: number | null
  isRepeat: boolean
  pipeline: Labels | null
  isCommon: boolean
  personal: number
}

/** The cards that show a field: common cards, and the number of personal ones. */
export const cardUses: FieldUses = {
  kind: 'card',
  async find(db, { userFieldId, typeCode }) {
    const { rows } = await sql<Found>`
      select c.pipeline_id as "pipelineId", c.is_repeat as "isRepeat", p.name as pipeline,
        bool_or(c.user_id is null) as "isCommon", count(distinct c.user_id)::integer as personal
      from card_field as f join card as c on c.id = f.card_id left join pipeline as p on p.id = c.pipeline_id
      where f.field_id = ${userFieldId}
      group by c.pipeline_id, c.is_repeat, p.name order by c.pipeline_id, c.is_repeat`.execute(db)
    return rows.map((found) => ({ path: pathOf(typeCode, found), name: nameOf(found) }))
  },
}

function pathOf(typeCode: string, { pipelineId, isRepeat, isCommon }: Found): string {
  const query = new URLSearchParams({
    ...(pipelineId !== null && { pipelineId: String(pipelineId) }),
    ...(isRepeat && { isRepeat: 'true' }),
    ...(isCommon && { scope: 'common' }),
  })
  return `/v1/types/${typeCode}/card${query.size ? `?${query}` : ''}`
}

function nameOf({ pipeline, isCommon, personal }: Found): Labels {
  const of = (language: 'en' | 'ru') => (pipeline ? ` (${pipeline[language]})` : '')
  const [en, ru] = isCommon ? ['Common card', 'Общая карточка'] : ['Card', 'Карточка']
  const [many, manyRu] = personal ? [`, ${personal} personal`, `, личных: ${personal}`] : ['', '']
  return { en: en + of('en') + many, ru: ru + of('ru') + manyRu }
}
