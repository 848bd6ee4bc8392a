import type { Api } from '../api.ts'

/** Returns what is wrong in a database after merges of deals, contacts and companies: lost or double links, and half merges. */
export async function wrongsIn({ pool }: Pick<Api, 'pool'>): Promise<string[]> {
  const { rows } = await pool.query<{ name: string }>(`
    with record as (select 2 as type, id, deleted_at, merged_into from deal union all
      select 3, id, deleted_at, merged_into from contact union all
      select 4, id, deleted_at, merged_into from company)
    select 'deal ' || deal.id || ' has the company ' || deal.company_id as name from deal
      left join company on company.id = deal.company_id
      where deal.company_id is not null and (company.id is null or company.merged_into is not null)
    union all select 'a link without a record: ' || to_jsonb(link)::text from link
      where not exists (select from record where (type, id) = (from_type, from_id))
        or not exists (select from record where (type, id) = (to_type, to_id))
    union all select 'a link of a merged record without a link of its survivor: ' || to_jsonb(link)::text from link
      join record as merged on (merged.type, merged.id) = (link.to_type, link.to_id) and merged.merged_into is not null
      join record as own on (own.type, own.id) = (link.from_type, link.from_id) and own.merged_into is null
      join record as survivor on survivor.type = merged.type and survivor.id = merged.merged_into and survivor.merged_into is null
      where not exists (select from link as other where (other.relation, other.from_type, other.from_id, other.to_type, other.to_id)
        = (link.relation, link.from_type, link.from_id, survivor.type, survivor.id))
        and not exists (select from history as h where h.type_id = own.type and h.record_id = own.id and h.kind = 'changed')
        and not exists (select from history as h where h.type_id = survivor.type and h.record_id = survivor.id and h.kind = 'changed')
    union all select 'two primary links of ' || from_type || ' ' || from_id || ' ' || relation from link
      where is_primary group by from_type, from_id, relation having count(*) > 1
    union all select 'two primary links back of ' || to_type || ' ' || to_id || ' ' || relation from link
      where back_primary group by to_type, to_id, relation having count(*) > 1
    union all select 'a merge without its records: ' || merge.id from record_merge as merge join merge_source as one on one.merge_id = merge.id
      left join record as merged on (merged.type, merged.id) = (one.type_id, one.record_id)
      where (merge.undone_at is null and merged.merged_into is distinct from merge.survivor_id)
    union all select 'a merged record without a merge: ' || type || ' ' || id from record
      where merged_into is not null and not exists (select from merge_source as one join record_merge as merge on merge.id = one.merge_id
        where merge.undone_at is null and (one.type_id, one.record_id) = (record.type, record.id))`)
  return rows.map(({ name }) => name)
}
