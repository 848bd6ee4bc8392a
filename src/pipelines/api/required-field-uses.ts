import { sql } from 'kysely'
import type { Database } from '../../database/connect.ts'
import type { Labels } from '../../errors/language.ts'
import type { FieldUse, FieldUses, UsedField } from '../../fields/field-use.ts'

/** The stages that require a field. */
export const requiredFieldUses: FieldUses = {
  kind: 'stage',
  find: findStages,
  async forget(trx, { key }) {
    await sql`update stage set required_fields = required_fields - ${key} where required_fields ? ${key}`.execute(trx)
  },
}

async function findStages(db: Database, { key, typeId, typeCode }: UsedField): Promise<FieldUse[]> {
  const { rows } = await sql<{ pipelineId: number; code: string; name: Labels; pipeline: Labels }>`
    select p.id as "pipelineId", s.code, s.name, p.name as pipeline from stage as s
    join pipeline as p on p.id = s.pipeline_id
    where p.type_id = ${typeId} and s.required_fields ? ${key} order by p.sort, p.id, s.sort, s.id`.execute(db)
  return rows.map(({ pipelineId, code, name, pipeline }) => ({
    path: `/v1/types/${typeCode}/pipelines/${pipelineId}/stages/${code}`,
    name: { en: `${pipeline.en}: ${name.en}`, ru: `${pipeline.ru}: ${name.ru}` },
  }))
}
