import type { ColumnType, Generated, JSONColumnType } from 'kysely'
import type { Labels } from '../errors/language.ts'
import type { LocalTables } from './local-tables.ts'

type Json<T> = JSONColumnType<T & object>
type Instant = ColumnType<string, string, string>
type Stamped = ColumnType<string, string | undefined, string>

/** Tables with fixed columns. The catalogue defines the columns of record tables. */
export interface Tables extends LocalTables {
  setting: { key: string; value: ColumnType<unknown, string, string> }
  plan: {
    code: string
    name: Json<Labels>
    features: string[]
    search_limit: number | null
    analytics_limit: number | null
  }
  department: { id: Generated<number>; name: Json<Labels>; parent_id: number | null; head_id: number | null }
  user_department: { user_id: number; department_id: number }
  user_group: { id: Generated<number>; name: Json<Labels> }
  user_group_member: { group_id: number; user_id: number }
  role: { id: Generated<number>; name: Json<Labels>; settings: Generated<boolean> }
  role_cell: {
    role_id: number
    type_id: number
    pipeline_id: number | null
    stage_id: string | null
    levels: Json<Readonly<Record<string, string>>>
  }
  role_member: {
    role_id: number
    user_id: number | null
    department_id: number | null
    with_sub: Generated<boolean>
    group_id: number | null
  }
  user: {
    id: Generated<number>
    first_name: string | null
    last_name: string | null
    email: string | null
    active: Generated<boolean>
    is_admin: Generated<boolean>
    language: 'en' | 'ru' | null
    time_zone: string | null
    crm_hidden: Generated<boolean>
    created_at: Stamped
  }
  api_key: {
    id: Generated<number>
    user_id: number
    name: string
    prefix: string
    hash: string
    created_by: number | null
    created_at: Stamped
    expires_at: Instant | null
    revoked_at: Instant | null
    last_used_at: Instant | null
    parent_id: number | null
    scopes: ColumnType<readonly { type: string; operations: readonly string[] }[] | null, string | null, never>
    replaced_by: number | null
    from_environment: Generated<boolean>
  }
  audit: {
    id: Generated<number>
    at: Stamped
    event: string
    user_id: number
    key_id: number
    method: string
    route: string
    resource: string | null
    code: string | null
    details: Json<Record<string, string | number>>
    count: Generated<number>
  }
  dictionary: { code: string; name: Json<Labels> }
  dictionary_entry: {
    id: Generated<number>
    dictionary: string
    code: string
    label: Json<Labels>
    sort: number
    system: boolean
  }
  currency: { code: string; name: Json<Labels>; digits: number; sort: number }
  currency_rate: { currency: string; date: string; amount: string; nominal: number }
  record_type: {
    id: number
    code: string
    table_name: string
    traits: string[]
    plural: string | null
    title: Json<Labels> | null
    titles: Json<Labels> | null
    created_by: number | null
    created_at: Stamped
  }
  duplicate_setting: {
    type_id: number
    fields: Generated<string[]>
    schedule: Generated<string>
    schedule_since: Generated<string>
    auto_merge: Generated<boolean>
    changed_by: number
    auto_merge_since: ColumnType<string | null, string | null | undefined, string | null>
    auto_merge_stopped_at: ColumnType<string | null, null | undefined, string | null>
  }
  type_relation: { parent_type: number; child_type: number }
  pipeline: {
    id: Generated<number>
    type_id: number
    name: Json<Labels>
    is_default: Generated<boolean>
    sort: number
    failure_needs_reason: Generated<boolean>
    stage_probabilities: Json<Readonly<Record<string, number>>> | null
  }
  stage: {
    id: Generated<number>
    pipeline_id: number
    code: string
    name: Json<Labels>
    semantic: 'process' | 'success' | 'failure'
    color: string
    sort: number
    required_fields: Json<readonly string[]>
    next_stages: Json<readonly string[]> | null
  }
  user_field: {
    id: Generated<number>
    type_id: number
    code: string
    kind: string
    multiple: boolean
    label: Json<Labels>
    help: Json<Labels> | null
    group_label: Json<Labels> | null
    sort: number
    required: boolean
    settings: Json<Record<string, unknown>>
    columns: Json<{ name: string; type: string }[]>
    restricted: Generated<boolean>
    filterable: Generated<boolean>
    sortable: Generated<boolean>
    searchable: Generated<boolean>
    in_card: Generated<boolean>
    created_by: number | null
  }
  field_option: {
    id: Generated<number>
    field_id: number
    code: string
    label: Json<Labels>
    sort: number
    is_default: boolean
    external_code: string | null
  }
  history: {
    id: Generated<number>
    at: Instant
    actor_id: number | null
    via: string
    type_id: number
    record_id: number
    version: number
    kind: string
    changes: ColumnType<Record<string, [unknown, unknown]> | null, string | null, never>
    job_id: number | null
  }
  conversion: {
    id: Generated<number>
    type_id: number
    record_id: number
    changes: Json<Record<string, unknown>>
    at: Instant
    actor_id: number
    undone_at: Instant | null
    undone_by: number | null
  }
  field_map: { id: Generated<number>; from_type: number; to_type: number; pairs: Json<readonly object[]> }
  conversion_target: {
    id: Generated<number>
    conversion_id: number
    type_id: number
    record_id: number
    is_new: boolean
    version: number
  }
  record_merge: {
    id: Generated<number>
    type_id: number
    survivor_id: number
    version: number
    at: Instant
    actor_id: number
    job_id: number | null
    undone_at: Instant | null
    undone_by: number | null
  }
  import_mapping: {
    id: Generated<number>
    type_id: number
    name: string
    options: ColumnType<unknown, string, string>
    created_by: number
    created_at: Stamped
    updated_at: ColumnType<string, string | undefined, unknown>
  }
  sales_plan: {
    id: Generated<number>
    version: Generated<number>
    month: string
    type_id: number
    pipeline_id: number | null
    department_id: number | null
    user_id: number | null
    amount: string
    currency: string
    count: number | null
    created_by: number
    created_at: Stamped
    updated_by: number
    updated_at: Stamped
  }
  saved_analytics: {
    id: Generated<number>
    kind: 'report' | 'dashboard'
    version: Generated<number>
    name: string
    content: Json<object>
    shared: boolean
    owner_id: number
    created_at: Stamped
    updated_at: Stamped
  }
  report_schedule: {
    saved_id: number
    every: 'day' | 'week' | 'month'
    weekday: number | null
    day: number | null
    hour: number
    time_zone: string
    form: 'json' | 'csv' | 'svg'
    language: 'en' | 'ru'
    scopes: ColumnType<readonly { type: string; operations: readonly string[] }[] | null, string | null>
    next_at: Instant
  }
  card: {
    id: Generated<number>
    type_id: number
    pipeline_id: number | null
    is_repeat: boolean
    user_id: number | null
    sections: Json<readonly { name: string; title: Labels }[]>
  }
  card_field: {
    id: Generated<number>
    card_id: number
    section: string
    place: number
    key: string
    field_id: number | null
    show_empty: boolean
  }
  stage_history: {
    id: Generated<number>
    type_id: number
    record_id: number
    kind: string
    pipeline_id: number
    stage_id: string
    semantic: string
    amount: string | null
    currency: string | null
    entered_at: Instant
    entered_by: number
    responsible_id: number
    left_at: Instant | null
    left_amount: string | null
    left_currency: string | null
    left_by: number | null
  }
  file: {
    id: Generated<number>
    name: string
    size: number
    sha256: string
    location: string
    purpose: 'upload' | 'import' | 'job'
    content_type: Generated<string>
    declared_type: string | null
    created_by: number
    created_at: Stamped
    unused_since: ColumnType<string | null, string | undefined, string | null>
  }
}
