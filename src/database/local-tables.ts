import type { ColumnType, Generated, JSONColumnType } from 'kysely'
import type { JobStatus } from './job-status.ts'

type Instant = ColumnType<string, string, string>
type Stamped = ColumnType<string, string | undefined, string>
type TypeJob = { job_id: number; type_id: number }

/** The tables of the schema `local`, which is private to an instance. */
export interface LocalTables {
  'local.instance': { parity: 'odd' | 'even'; secret: string }
  'local.revision': { model: number; catalogue: ColumnType<number, never, never>; rights: number }
  'local.search_index': { field_id: number }
  'local.file_leftover': { location: string; remove_after: Instant }
  'local.index_failure': { field_id: number; failed_at: Generated<Instant> }
  'local.removal': { job_id: number; removal: ColumnType<unknown, string, never> }
  'local.compaction': { type_id: number; table_name: string; copied_through: Generated<number> }
  'local.unindexed_use': {
    field_id: number
    filters: number
    sorts: number
    first_at: Generated<string>
    last_at: Generated<string>
  }
  'local.job': {
    id: Generated<number>
    type: string
    status: Generated<JobStatus>
    done: Generated<number>
    total: number | null
    result: ColumnType<Record<string, unknown>, string | undefined, string>
    error: ColumnType<{ code: string; params: Record<string, string | number> } | null, null | undefined, string>
    created_by: number
    scopes: ColumnType<readonly { type: string; operations: readonly string[] }[] | null, string | null, never>
    file_id: Generated<number | null>
    created_at: Stamped
    started_at: Instant | null
    resumed_at: Instant | null
    resumed_done: Generated<number>
    finished_at: Instant | null
  }
  'local.scheduled_report': {
    job_id: number
    saved_id: number
    kind: 'report' | 'dashboard'
    due_at: Instant
    time_zone: string
    form: 'json' | 'csv' | 'svg'
    language: 'en' | 'ru'
    rights: Generated<string | null>
  }
  'local.duplicate_state': {
    type_id: number
    keys_version: string | null
    learned_for: string | null
    weights: ColumnType<unknown, string | null, string | null>
    records: number | null
    counts: Buffer | null
    learned_at: Instant | null
    scanned_to: string | null
    scanned_at: Instant | null
  }
  'local.duplicate_scan': {
    job_id: number
    type_id: number
    asks_full: boolean
    is_full: Generated<boolean | null>
    since: Generated<string | null>
    scanned_to: Generated<string | null>
    parts: Generated<number>
    is_learned: Generated<boolean>
  }
  'local.duplicate_merge': { job_id: number; type_id: number; dry_run: boolean }
  'local.duplicate_merge_group': { job_id: number; place: number; ids: number[] }
  'local.idempotency': {
    user_id: number
    key: string
    fingerprint: string
    basis: string
    status: number
    headers: ColumnType<Record<string, string>, string, never>
    body: string | null
    records: Generated<string[]>
    purged: Generated<boolean>
    created_at: Stamped
  }
  'local.bulk': TypeJob & {
    action: ColumnType<Record<string, unknown> | null, string | null, null>
    choice: ColumnType<unknown, string | null | undefined, null>
    reverts_job_id: number | null
  }
  'local.bulk_target': { job_id: number; place: number; type_id: number; record_id: number }
  'local.import': TypeJob & {
    file_id: number
    dialect: ColumnType<unknown, string, string>
    options: ColumnType<unknown, string, string>
    readings: ColumnType<unknown, null | undefined, string>
  }
  'local.dry_run_key': { job_id: number; key: number; middle: number | null; holder: number }
  'local.export': TypeJob & { request: JSONColumnType<object>; location: string | null; fields: string[] | null }
  'local.job_fault': {
    id: Generated<number>
    job_id: number
    row_number: number | null
    line: number | null
    type_id: number | null
    record_id: number | null
    column_name: string | null
    severity: 'error' | 'warning' | 'info'
    code: string
    params: ColumnType<Record<string, string | number>, string, string>
  }
}
